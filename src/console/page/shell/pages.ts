import type { ComponentType } from 'preact';
import { ComposePage } from '../pages/compose/compose.js';
import { ContactPage } from '../pages/contact/contact.js';
import { DomainPage } from '../pages/domain/domain.js';
import { DomainsPage } from '../pages/domains/domains.js';
import { HealthPage } from '../pages/health/health.js';
import { MessagePage } from '../pages/message/message.js';
import { MessagesPage } from '../pages/messages/messages.js';
import type { PATTERNS } from './patterns.js';
import type { Scope } from './session.js';

/** What a page gets: the variables of its pattern and the query of its address. */
export interface PageProps {
  readonly variables: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** A page, and what a token needs to see any of it. */
export interface PageEntry {
  readonly Page: ComponentType<PageProps>;
  /** In the domain of its address; without one there, in any domain. */
  readonly scope?: Scope;
  readonly isForSuperUsers?: boolean;
}

/** The pages that are built; a new one is added here and nowhere else. */
export const PAGES: Readonly<Record<keyof typeof PATTERNS, PageEntry>> = {
  domains: { Page: DomainsPage },
  domain: { Page: DomainPage },
  messages: { Page: MessagesPage, scope: 'reports' },
  message: { Page: MessagePage, scope: 'reports' },
  contact: { Page: ContactPage, scope: 'contacts' },
  health: { Page: HealthPage, isForSuperUsers: true },
  compose: { Page: ComposePage, scope: 'send' },
};
