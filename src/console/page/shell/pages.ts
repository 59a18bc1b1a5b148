import type { ComponentType } from 'preact';
import { HomePage } from '../pages/home/home.js';

/** What a page gets: the variables of its pattern and the query of its address. */
export interface PageProps {
  readonly variables: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** The pages by their patterns; links are made with `toFragment(PATTERNS.domain, { domain })`. */
export const PATTERNS = {
  domains: '/domains',
  domain: '/domains/:domain',
  messages: '/domains/:domain/messages',
  message: '/messages/:messageId',
  compose: '/domains/:domain/compose',
  contact: '/domains/:domain/contact',
  health: '/health',
} as const;

type PageName = keyof typeof PATTERNS;

/** Pages that are built; a new one is added here and nowhere else. */
export const PAGES: Readonly<Partial<Record<PageName, ComponentType<PageProps>>>> = {
  domains: HomePage,
};
