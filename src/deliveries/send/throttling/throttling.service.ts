import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../../core/mongo/database-clock.js';
import { FIREBASE } from '../../../push-api-client/failure-reason.js';
import type { Recipient } from '../../../push-contacts/recipients.reader.js';
import { PushServiceNames } from '../../../push-services/push-service-names.js';
import type { Batch } from '../../ledger/batch.js';
import type { RecipientOutcome, Throttled } from '../../settle/outcome.js';
import {
  ASKED_HORIZON_MS,
  HORIZON_MS,
  intervalMs,
  nextReservationMs,
  type ReservationRequest,
  SEARCH_HORIZON_MS,
  slotMs,
} from './slots.js';
import type { Throttle } from './rate-control.js';
import { findPlaces, isValidSlot, type PlacedBatch, type Places } from './places.js';
import { groupByThrottle, type ThrottledGroup } from './throttled-groups.js';
import { type StoredThrottle, ThrottleRepository } from './throttle.repository.js';

/** Throttles are read from MongoDB at most this often. */
const REMEMBERED_MS = 1_000;

/** Contacts of the one call after a pause. */
const PROBE_CONTACTS = 20;

/** A process that probes and ends leaves the probe to another one after this. */
const PROBE_MS = 35_000;

/** When the others ask again what the probe has found. */
const PROBED_AFTER_MS = 2_000;

/** A rate that a message or a domain asks for, in contacts a minute. */
export interface AskedRate {
  readonly key: string;
  readonly perMinute: number;
}

/** What is sent. */
export interface Throttleable {
  readonly batch: PlacedBatch & { readonly domain: string };
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
  private remembered = new Map<string, StoredThrottle>();
  private reading: Promise<void> = Promise.resolve();
  private readAtMs = 0;

  constructor(
    private readonly repository: ThrottleRepository,
    private readonly names: PushServiceNames,
  ) {}

  /** The throttles by key, up to 1 s old. */
  async findAll(nowMs = databaseNow()): Promise<ReadonlyMap<string, StoredThrottle>> {
    if (nowMs - this.readAtMs >= REMEMBERED_MS) {
      this.readAtMs = nowMs;
      this.reading = this.read(nowMs);
    }
    await this.reading;
    return this.remembered;
  }

  private async read(nowMs: number): Promise<void> {
    try {
      this.remembered = await this.repository.findAll(nowMs);
    } catch (error) {
      this.forget();
      throw error;
    }
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
    if (throttledBy === null || isValidSlot(slotAt, nowMs)) return undefined;
    const stored = (await this.findAll(nowMs)).get(throttledBy);
    if (stored === undefined) return undefined;
    const { throttle, nextMs = 0, probeUntilMs } = stored;
    if (throttle !== undefined && throttle.untilMs > nowMs) return new Date(throttle.untilMs);
    if (throttle?.isProbing === true) return probeUntilMs > nowMs ? new Date(nowMs + PROBED_AFTER_MS) : undefined;
    if (throttle?.ratePerMinute === null) return undefined;
    const opensMs = nextReservationMs(nextMs, findHorizonMs(throttle));
    return opensMs > nowMs ? new Date(opensMs) : undefined;
  }

  /**
   * Divides recipients into those that may be sent to now, and those that have to wait: for the pause of a
   * push service, then for a place of the rate that was asked for, and last for one of the rate that was
   * learned.
   */
  async admit(recipients: readonly Recipient[], { batch, rate }: Throttleable): Promise<Admission> {
    const nowMs = databaseNow();
    const throttles = await this.findAll(nowMs);
    const places = findPlaces(batch, nowMs);
    if (throttles.size === 0 && (rate === undefined || places.hasAsked))
      return { free: [...recipients], throttled: [] };
    const groups = groupByThrottle(recipients, batch.domain, throttles, nowMs);
    const throttled = this.holdPaused(groups, nowMs);
    const running = groups.filter(({ pausedUntilMs }) => pausedUntilMs <= nowMs);
    const placed = await this.takeAskedPlaces(running, places.hasAsked ? undefined : rate, nowMs);
    throttled.push(...placed.throttled);
    const free: Recipient[] = [];
    for (const group of running) {
      const contacts = group.contacts.filter((contact) => placed.free.has(contact));
      const admitted = await this.admitGroup({ ...group, contacts }, places, nowMs);
      free.push(...admitted.free);
      throttled.push(...admitted.throttled);
    }
    return { free, throttled };
  }

  /**
   * Those of admitted recipients that are refused since: calls wait for a connection, and the first refusal
   * should spare as many of them as possible. It asks nobody.
   */
  recheck(contacts: readonly Recipient[], domain: string): RecipientOutcome[] {
    if (this.remembered.size === 0) return [];
    const nowMs = databaseNow();
    return this.holdPaused(groupByThrottle(contacts, domain, this.remembered, nowMs), nowMs);
  }

  private holdPaused(groups: readonly ThrottledGroup[], nowMs: number): RecipientOutcome[] {
    return groups
      .filter(({ pausedUntilMs }) => pausedUntilMs > nowMs)
      .flatMap((group) => group.contacts.map(holdUntil(this.toHold(group), group.pausedUntilMs)));
  }

  private async takeAskedPlaces(
    groups: readonly ThrottledGroup[],
    rate: AskedRate | undefined,
    nowMs: number,
  ): Promise<{ readonly free: ReadonlySet<Recipient>; readonly throttled: RecipientOutcome[] }> {
    const contacts = groups.flatMap((group) => group.contacts);
    if (rate === undefined) return { free: new Set(contacts), throttled: [] };
    const request = { ratePerMinute: rate.perMinute, count: contacts.length, nowMs, horizonMs: ASKED_HORIZON_MS };
    const { free, throttled } = await this.pace({ key: rate.key, service: null, acceptedMs: null }, contacts, request);
    return { free: new Set(free), throttled };
  }

  private async admitGroup(group: ThrottledGroup, places: Places, nowMs: number): Promise<Admission> {
    const { stored, contacts } = group;
    const throttle = stored?.throttle;
    if (throttle === undefined || contacts.length === 0) return { free: contacts, throttled: [] };
    if (throttle.isProbing) return this.probe(this.toHold(group), contacts, places.isWhole, nowMs);
    const { ratePerMinute } = throttle;
    if (ratePerMinute === null || places.hasLearned) return { free: contacts, throttled: [] };
    const request = { ratePerMinute, count: contacts.length, nowMs, horizonMs: findHorizonMs(throttle) };
    return this.pace(this.toHold(group), contacts, request);
  }

  /** @param isWhole whether PushApi may know the recipients as one call, which must not be divided. */
  private async probe(hold: Hold, contacts: Recipient[], isWhole: boolean, nowMs: number): Promise<Admission> {
    const isOurs = await this.repository.claimProbe(hold.key, nowMs, PROBE_MS);
    this.forget();
    const free = isOurs ? contacts.slice(0, isWhole ? contacts.length : PROBE_CONTACTS) : [];
    const throttled = contacts.slice(free.length).map(holdUntil(hold, nowMs + PROBED_AFTER_MS));
    return { free, throttled };
  }

  private async pace(hold: Hold, contacts: Recipient[], request: ReservationRequest): Promise<Admission> {
    if (contacts.length === 0) return { free: [], throttled: [] };
    const reservation = await this.repository.reserve(hold.key, request);
    const nextMs = reservation.firstMs + reservation.taken * intervalMs(request.ratePerMinute);
    this.remembered.set(hold.key, { ...(this.remembered.get(hold.key) ?? NEW_RATE), nextMs });
    const free: Recipient[] = [];
    const throttled: RecipientOutcome[] = [];
    const without = holdUntil(hold, nextReservationMs(nextMs, request.horizonMs));
    contacts.forEach((contact, index) => {
      if (index >= reservation.taken) {
        throttled.push(without(contact));
        return;
      }
      const placeMs = slotMs(reservation, index, request);
      if (placeMs <= request.nowMs) free.push(contact);
      else throttled.push([contact, { ...toThrottled(hold, placeMs), isSlot: true }]);
    });
    return { free, throttled };
  }

  private toHold({ key, stored, contacts: [first] }: ThrottledGroup): Hold {
    const service = first === undefined ? null : this.nameService(first);
    return { key, service, acceptedMs: stored?.throttle?.acceptedMs ?? null };
  }

  /** The name of the recipient's push service for logs, metrics and reports: one of a closed set. */
  nameService({ subscription }: Recipient): string {
    return subscription === null ? FIREBASE : this.names.name(subscription.endpoint);
  }
}

const NEW_RATE: StoredThrottle = { version: 0, throttle: undefined, nextMs: undefined, probeUntilMs: 0 };

function findHorizonMs(throttle: Throttle | undefined): number {
  if (throttle === undefined) return ASKED_HORIZON_MS;
  return throttle.hasMetLimit ? HORIZON_MS : SEARCH_HORIZON_MS;
}

function holdUntil(hold: Hold, untilMs: number): (contact: Recipient) => RecipientOutcome {
  const outcome = toThrottled(hold, untilMs);
  return (contact) => [contact, outcome];
}

function toThrottled({ key, service, acceptedMs }: Hold, untilMs: number): Throttled {
  const code = service === null ? 'rate-per-minute' : 'throttled';
  return { kind: 'throttled', untilMs, throttledBy: key, service, code, isSlot: false, acceptedMs };
}
