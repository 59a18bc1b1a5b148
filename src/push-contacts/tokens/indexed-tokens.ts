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
    const [first, ...others] = contacts.map(({ id }) => id);
    // One alone is found by its `_id`, which a change of a shard key asks for.
    return { _id: first !== undefined && others.length === 0 ? first : { $in: contacts.map(({ id }) => id) } };
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
