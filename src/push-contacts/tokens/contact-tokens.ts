import type { Transaction } from '../../core/mongo/transactions.js';
import { isInstallationId } from '../../core/validation/firebase-installation-id.js';

/** Matches contacts of `push-contacts`. */
export interface ContactFilter {
  readonly _id?: string | { readonly $in: string[] };
  readonly domain?: string;
  readonly device_token?: string | { readonly $in: string[] } | TokenRange;
  readonly $or?: ContactFilter[];
}

/** Texts from one to before another. */
interface TokenRange {
  readonly $gte: string;
  readonly $lt: string;
}

/** Which contact it is, and whose. */
export interface ContactOfDomain {
  readonly id: string;
  readonly domain: string;
}

/** A contact and the device token it has. */
export interface TokenOfContact extends ContactOfDomain {
  readonly deviceToken: string;
}

/** Matches no contact. MongoDB answers it without reading anything. */
export const NO_CONTACT: ContactFilter = { _id: { $in: [] } };

/**
 * Finds contacts by device token, and keeps tokens different: no two contacts have the same, of whatever
 * domain. By the setting CONTACT_KEY an index of the contacts does so, or a collection of its own.
 */
export abstract class ContactTokens {
  /** Contacts that one command may give to other domains. */
  abstract readonly movedAtOnce: number;

  /**
   * Returns a filter of the contacts that have one of these tokens, for queries and writes in the same
   * transaction. Without one, a contact that gets another token meanwhile is not matched.
   */
  abstract match(deviceTokens: readonly string[], transaction?: Transaction): Promise<ContactFilter>;

  /** As `match`, for the domain's contacts with a token of this Firebase installation, `FID:…`. */
  abstract matchInstallation(domain: string, installationId: string, transaction?: Transaction): Promise<ContactFilter>;

  /** As `match`, for this token and, where it is an installation of the domain, the tokens of that one. */
  async matchEither(domain: string, deviceToken: string): Promise<ContactFilter> {
    const ofToken = await this.match([deviceToken]);
    if (!isInstallationId(deviceToken)) return ofToken;
    return { $or: [ofToken, await this.matchInstallation(domain, deviceToken)] };
  }

  /** Returns a filter of contacts that are known; MongoDB asks only the shards that can have them. */
  abstract matchKnown(contacts: readonly ContactOfDomain[]): ContactFilter;

  /**
   * Notes tokens that no contact had, in the transaction that gives them to these. Rejects with a duplicate
   * key where another contact has got one of them meanwhile.
   */
  abstract add(contacts: readonly TokenOfContact[], transaction: Transaction): Promise<void>;

  /**
   * Notes which of these contacts has which of their tokens, or of which domain it is now, in the transaction
   * that changes them. Each token is one that a contact had before.
   */
  abstract exchange(contacts: readonly TokenOfContact[], transaction: Transaction): Promise<void>;

  /** Forgets tokens that no contact has any more, in the transaction that takes them. */
  abstract remove(deviceTokens: readonly string[], transaction: Transaction): Promise<void>;
}

/** The registration tokens of an installation, in the order of tokens: `;` comes after `:`. */
export function tokensOf(installationId: string): TokenRange {
  return { $gte: `${installationId}:`, $lt: `${installationId};` };
}
