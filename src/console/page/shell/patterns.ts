/** The addresses of the pages; links are made with `toFragment(PATTERNS.domain, { domain })`. */
export const PATTERNS = {
  domains: '/domains',
  domain: '/domains/:domain',
  messages: '/domains/:domain/messages',
  message: '/messages/:messageId',
  compose: '/domains/:domain/compose',
  contact: '/domains/:domain/contact',
  health: '/health',
} as const;
