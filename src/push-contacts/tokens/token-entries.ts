import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type mongoose from 'mongoose';
import type { Model } from 'mongoose';
import { rawCollection } from '../../core/mongo/raw-collection.js';
import { insertAll } from '../../core/mongo/raw-commands.js';
import type { Transaction } from '../../core/mongo/transactions.js';
import {
  type ContactFilter,
  type ContactOfDomain,
  ContactTokens,
  NO_CONTACT,
  type TokenOfContact,
  tokensOf,
} from './contact-tokens.js';
import { CONTACT_TOKEN, type ContactTokenDocument } from './contact-tokens.schema.js';

/**
 * CONTACT_KEY=domain: the collection `contactTokens` has an entry of each token, written in the transaction
 * of its contact. So contacts can be sharded by domain, where MongoDB keeps no token unique
 * (docs/decisions/0011).
 */
@Injectable()
export class TokenEntries extends ContactTokens {
  /** MongoDB moves to another shard no more than one document of a command. */
  override readonly movedAtOnce = 1;

  constructor(@InjectModel(CONTACT_TOKEN) private readonly model: Model<ContactTokenDocument>) {
    super();
  }

  override async match(deviceTokens: readonly string[], transaction?: Transaction): Promise<ContactFilter> {
    return this.find({ _id: { $in: [...deviceTokens] } }, transaction);
  }

  override async matchInstallation(
    domain: string,
    installationId: string,
    transaction?: Transaction,
  ): Promise<ContactFilter> {
    return this.find({ _id: tokensOf(installationId), domain }, transaction);
  }

  override matchKnown(contacts: readonly ContactOfDomain[]): ContactFilter {
    const [first, ...others] = contacts;
    // MongoDB changes the domain of one by an equality alone (manual, "Change a Document's Shard Key Value").
    if (first !== undefined && others.length === 0) return { domain: first.domain, _id: first.id };
    const byDomain = groupByDomain(contacts);
    return oneOf([...byDomain].map(([domain, some]) => ({ domain, _id: { $in: some.map(({ id }) => id) } })));
  }

  override async add(contacts: readonly TokenOfContact[], transaction: Transaction): Promise<void> {
    await insertAll(this.model, contacts.map(toEntry), transaction);
  }

  override async exchange(contacts: readonly TokenOfContact[], transaction: Transaction): Promise<void> {
    await rawCollection(this.model).bulkWrite(
      contacts.map((contact) => {
        const { _id, ...replacement } = toEntry(contact);
        return { replaceOne: { filter: { _id }, replacement } };
      }),
      { session: transaction },
    );
  }

  override async remove(deviceTokens: readonly string[], transaction: Transaction): Promise<void> {
    await rawCollection(this.model).deleteMany({ _id: { $in: [...deviceTokens] } }, { session: transaction });
  }

  private async find(
    filter: mongoose.mongo.Filter<ContactTokenDocument>,
    transaction: Transaction | undefined,
  ): Promise<ContactFilter> {
    const options = transaction === undefined ? {} : { session: transaction };
    const entries = await rawCollection(this.model).find(filter, options).toArray();
    const contacts = entries.map(({ _id: deviceToken, domain, contact_id: id }) => ({ deviceToken, domain, id }));
    return oneOf([...groupByDomain(contacts)].map(([domain, some]) => matchTokens(domain, some)));
  }
}

/** Also by token: the contact may have got another one since the entry was read. */
function matchTokens(domain: string, contacts: readonly TokenOfContact[]): ContactFilter {
  const [first, ...others] = contacts;
  if (first !== undefined && others.length === 0) return { domain, _id: first.id, device_token: first.deviceToken };
  return {
    domain,
    _id: { $in: contacts.map(({ id }) => id) },
    device_token: { $in: contacts.map(({ deviceToken }) => deviceToken) },
  };
}

function oneOf(filters: readonly ContactFilter[]): ContactFilter {
  const [first = NO_CONTACT, ...others] = filters;
  return others.length === 0 ? first : { $or: [...filters] };
}

function groupByDomain<C extends ContactOfDomain>(contacts: readonly C[]): Map<string, C[]> {
  const groups = new Map<string, C[]>();
  for (const contact of contacts) {
    const group = groups.get(contact.domain);
    if (group === undefined) groups.set(contact.domain, [contact]);
    else group.push(contact);
  }
  return groups;
}

function toEntry({ deviceToken, domain, id }: TokenOfContact): ContactTokenDocument {
  return { _id: deviceToken, domain, contact_id: id };
}
