import type { ComponentType } from 'preact';
import { ComposePage } from '../pages/compose/compose.js';
import { ContactPage } from '../pages/contact/contact.js';
import { DomainPage } from '../pages/domain/domain.js';
import { DomainsPage } from '../pages/domains/domains.js';
import { HealthPage } from '../pages/health/health.js';
import { MessagePage } from '../pages/message/message.js';
import { MessagesPage } from '../pages/messages/messages.js';
import type { PATTERNS } from './patterns.js';

/** What a page gets: the variables of its pattern and the query of its address. */
export interface PageProps {
  readonly variables: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** The pages that are built; a new one is added here and nowhere else. */
export const PAGES: Readonly<Partial<Record<keyof typeof PATTERNS, ComponentType<PageProps>>>> = {
  domains: DomainsPage,
  domain: DomainPage,
  messages: MessagesPage,
  message: MessagePage,
  contact: ContactPage,
  health: HealthPage,
  compose: ComposePage,
};
