import { type ContactFilter, type ContactOfDomain, ContactTokens, tokensOf } from './contact-tokens.js';

/** CONTACT_KEY=token: contacts have a unique index of tokens, which MongoDB keeps by itself. */
export class IndexedTokens extends ContactTokens {
  override readonly movedAtOnce = Number.POSITIVE_INFINITY;

  override match(deviceTokens: readonly string[]): Promise<ContactFilter> {
    const [first = '', ...others] = deviceTokens;
    return Promise.resolve({ device_token: others.length === 0 ? first : { $in: [...deviceTokens] } });
  }

  override matchInstallation(domain: string, installationId: string): Promise<ContactFilter> {
    return Promise.resolve({ domain, device_token: tokensOf(installationId) });
  }

  override matchKnown(contacts: readonly ContactOfDomain[]): ContactFilter {
    return { _id: { $in: contacts.map(({ id }) => id) } };
  }

  override async add(): Promise<void> {
    // The index has them.
  }

  override async exchange(): Promise<void> {
    // The index has them.
  }

  override async remove(): Promise<void> {
    // The index has them no more.
  }
}
