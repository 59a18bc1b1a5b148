import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../../core/mongo/database-clock.js';
import { FIREBASE } from '../../../push-api-client/failure-reason.js';
import type { Recipient } from '../../../push-contacts/recipients.reader.js';
import { PushServiceNames } from '../../../push-services/push-service-names.js';
import type { Batch } from '../../ledger/batch.js';
import type { RecipientOutcome, Throttled } from '../../settle/outcome.js';
import { HORIZON_MS, nextReservationMs, type ReservationRequest, SEARCH_HORIZON_MS, slotMs } from './slots.js';
import type { Throttle } from './rate-control.js';
import { domainKey, readPushService } from './throttle-keys.js';
import { type StoredThrottle, ThrottleRepository } from './throttle.repository.js';

/** Throttles are read from MongoDB at most this often. */
const REMEMBERED_MS = 1_000;

/** Contacts of the one call after a pause. */
const PROBE_CONTACTS = 20;

/** A process that probes and ends leaves the probe to another one after this. */
const PROBE_MS = 35_000;

/** When the others ask again what the probe has found. */
const PROBED_AFTER_MS = 2_000;

/** A place that is missed by more is taken again: a worker that was away must not send all at once. */
const SLOT_VALID_MS = 10_000;

/** A rate that a message or a domain asks for, in contacts a minute. */
export interface AskedRate {
  readonly key: string;
  readonly perMinute: number;
}

/** What is sent, and whether it has a place already. */
export interface Throttleable {
  readonly domain: string;
  readonly slotAt: Batch['slotAt'];
  readonly rate: AskedRate | undefined;
}

/** Recipients that may be sent to now, and the outcomes of the others. */
export interface Admission {
  readonly free: Recipient[];
  readonly throttled: RecipientOutcome[];
}

/** What the recipients of one throttle are held back by. */
interface Hold {
  readonly key: string;
  readonly service: string | null;
  readonly acceptedMs: number | null;
}

/**
 * Holds back sends that a push service refuses, to the domain alone that it refuses, and sends that a
 * message or a domain asks to be slow. What it knows is in MongoDB, so all workers keep to it together.
 */
@Injectable()
export class ThrottlingService {
  private remembered: ReadonlyMap<string, StoredThrottle> = new Map();
  private readAtMs = 0;

  constructor(
    private readonly repository: ThrottleRepository,
    private readonly names: PushServiceNames,
  ) {}

  /** The throttles by key, up to 1 s old. */
  async findAll(nowMs = databaseNow()): Promise<ReadonlyMap<string, StoredThrottle>> {
    if (nowMs - this.readAtMs >= REMEMBERED_MS) {
      this.readAtMs = nowMs;
      this.remembered = await this.repository.findAll(nowMs);
    }
    return this.remembered;
  }

  /** Lets the next question be answered by MongoDB. */
  forget(): void {
    this.readAtMs = 0;
  }

  /**
   * Until when nothing of a batch can be sent that waits for one throttle alone; undefined when it is to be
   * tried. It costs no reading of contacts, so that thousands of batches can wait.
   */
  async findHold({ throttledBy, slotAt }: Pick<Batch, 'throttledBy' | 'slotAt'>): Promise<Date | undefined> {
    const nowMs = databaseNow();
    if (throttledBy === null || isValid(slotAt, nowMs)) return undefined;
    const stored = (await this.findAll(nowMs)).get(throttledBy);
    if (stored === undefined) return undefined;
    const { throttle, nextMs = 0, probeUntilMs } = stored;
    if (throttle !== undefined && throttle.untilMs > nowMs) return new Date(throttle.untilMs);
    if (throttle?.isProbing === true) return probeUntilMs > nowMs ? new Date(nowMs + PROBED_AFTER_MS) : undefined;
    if (throttle?.ratePerMinute === null) return undefined;
    const horizonMs = findHorizonMs(throttle);
    return nextMs >= nowMs + horizonMs ? new Date(nextReservationMs({ nowMs, horizonMs })) : undefined;
  }

  /** Divides recipients into those that may be sent to now, and those that have to wait. */
  async admit(recipients: readonly Recipient[], { domain, slotAt, rate }: Throttleable): Promise<Admission> {
    const nowMs = databaseNow();
    const throttles = await this.findAll(nowMs);
    const hasSlot = isValid(slotAt, nowMs);
    if (throttles.size === 0 && (rate === undefined || hasSlot)) return { free: [...recipients], throttled: [] };
    const throttled: RecipientOutcome[] = [];
    const free: Recipient[] = [];
    for (const [key, { stored, contacts }] of groupByThrottle(recipients, domain, throttles)) {
      const held = await this.admitGroup(key, stored, contacts, { nowMs, hasSlot });
      free.push(...held.free);
      throttled.push(...held.throttled);
    }
    if (rate === undefined || hasSlot) return { free, throttled };
    const hold = { key: rate.key, service: null, acceptedMs: nowMs };
    const request = { ratePerMinute: rate.perMinute, count: free.length, nowMs, horizonMs: HORIZON_MS };
    const paced = await this.pace(hold, free, request);
    return { free: paced.free, throttled: [...throttled, ...paced.throttled] };
  }

  /**
   * Those of admitted recipients that are refused since: calls wait for a connection, and the first refusal
   * should spare as many of them as possible. It asks nobody.
   */
  recheck(contacts: readonly Recipient[], domain: string): RecipientOutcome[] {
    const nowMs = databaseNow();
    if (this.remembered.size === 0) return [];
    return contacts.flatMap((contact): RecipientOutcome[] => {
      const service = readPushService(contact);
      for (const key of [service, domainKey(contact, domain)]) {
        const throttle = this.remembered.get(key)?.throttle;
        if (throttle === undefined || throttle.untilMs <= nowMs) continue;
        const hold = { key, service: this.nameService(contact), acceptedMs: throttle.acceptedMs };
        return [[contact, toThrottled(hold, throttle.untilMs)]];
      }
      return [];
    });
  }

  private async admitGroup(
    key: string,
    stored: StoredThrottle | undefined,
    contacts: Recipient[],
    { nowMs, hasSlot }: { readonly nowMs: number; readonly hasSlot: boolean },
  ): Promise<Admission> {
    const throttle = stored?.throttle;
    const [first] = contacts;
    if (throttle === undefined || first === undefined) return { free: contacts, throttled: [] };
    const hold = { key, service: this.nameService(first), acceptedMs: throttle.acceptedMs };
    if (throttle.untilMs > nowMs) return { free: [], throttled: contacts.map(holdUntil(hold, throttle.untilMs)) };
    if (throttle.isProbing) return this.probe(hold, contacts, nowMs);
    if (throttle.ratePerMinute === null || hasSlot) return { free: contacts, throttled: [] };
    const { ratePerMinute } = throttle;
    const horizonMs = findHorizonMs(throttle);
    return this.pace(hold, contacts, { ratePerMinute, count: contacts.length, nowMs, horizonMs });
  }

  private async probe(hold: Hold, contacts: Recipient[], nowMs: number): Promise<Admission> {
    const isOurs = await this.repository.claimProbe(hold.key, nowMs, PROBE_MS);
    this.forget();
    const free = isOurs ? contacts.slice(0, PROBE_CONTACTS) : [];
    const throttled = contacts.slice(free.length).map(holdUntil(hold, nowMs + PROBED_AFTER_MS));
    return { free, throttled };
  }

  private async pace(hold: Hold, contacts: Recipient[], request: ReservationRequest): Promise<Admission> {
    if (contacts.length === 0) return { free: [], throttled: [] };
    const reservation = await this.repository.reserve(hold.key, request);
    const free: Recipient[] = [];
    const throttled: RecipientOutcome[] = [];
    contacts.forEach((contact, index) => {
      if (index >= reservation.taken) {
        throttled.push(holdUntil(hold, nextReservationMs(request))(contact));
        return;
      }
      const placeMs = slotMs(reservation, index, request);
      if (placeMs <= request.nowMs) free.push(contact);
      else throttled.push([contact, { ...toThrottled(hold, placeMs), isSlot: true }]);
    });
    return { free, throttled };
  }

  private nameService({ subscription }: Recipient): string {
    return subscription === null ? FIREBASE : this.names.name(subscription.endpoint);
  }
}

function findHorizonMs(throttle: Throttle | undefined): number {
  return throttle === undefined || throttle.hasMetLimit ? HORIZON_MS : SEARCH_HORIZON_MS;
}

/** A place that was taken for this moment. */
function isValid(slotAt: Date | null, nowMs: number): boolean {
  return slotAt !== null && nowMs - slotAt.getTime() <= SLOT_VALID_MS;
}

function holdUntil(hold: Hold, untilMs: number): (contact: Recipient) => RecipientOutcome {
  const outcome = toThrottled(hold, untilMs);
  return (contact) => [contact, outcome];
}

function toThrottled({ key, service, acceptedMs }: Hold, untilMs: number): Throttled {
  const code = service === null ? 'rate-per-minute' : 'throttled';
  return { kind: 'throttled', untilMs, throttledBy: key, service, code, isSlot: false, acceptedMs };
}

interface ThrottledGroup {
  readonly stored: StoredThrottle | undefined;
  readonly contacts: Recipient[];
}

/** By what holds them back: a throttle of the push service for all comes before that for the domain. */
function groupByThrottle(
  recipients: readonly Recipient[],
  domain: string,
  throttles: ReadonlyMap<string, StoredThrottle>,
): Map<string, ThrottledGroup> {
  const groups = new Map<string, ThrottledGroup>();
  for (const contact of recipients) {
    const service = readPushService(contact);
    const key = isOpen(throttles.get(service)) ? domainKey(contact, domain) : service;
    const group = groups.get(key);
    if (group) group.contacts.push(contact);
    else groups.set(key, { stored: throttles.get(key), contacts: [contact] });
  }
  return groups;
}

function isOpen(stored: StoredThrottle | undefined): boolean {
  return stored?.throttle === undefined || (!stored.throttle.isProbing && stored.throttle.untilMs <= databaseNow());
}
