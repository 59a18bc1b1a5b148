import { setTimeout as sleep } from 'node:timers/promises';
import { addAudience } from '../support/audience.js';
import { expectSettled } from '../support/broadcasts.js';
import { type ByKind, CLICKED_ACTIONS, clickAway, countedOf, totalOf } from '../support/clicking.js';
import { request } from '../support/http.js';
import { Installation, messageIdOf, names } from '../support/installation.js';
import { type StoredDocument, uuid } from '../support/test-database.js';
import { faultRounds } from '../support/test-environment.js';
import { waitFor } from '../support/wait-for.js';

const ROUNDS = Array.from({ length: faultRounds() }, (_, round) => round + 1);

const REQUESTS_AT_ONCE = 32;

const report: string[] = [];
let product: Installation;

beforeAll(async () => {
  product = await Installation.start('killed_apis', { latencyMs: 50 });
});

afterAll(async () => {
  console.log(report.join('\n'));
  expect(await product.stopAndKeepData()).toEqual([0, 0]);
});

describe.each(ROUNDS)('round %i', (round) => {
  it('sends what an api accepted before it was killed', async () => {
    const domain = `api-${round}.example.com`;
    const audience = await addAudience(product, domain, { tokens: 5 });
    const doomed = await product.startProcess('api');
    const accepted = new Map<string, string>();
    const senders = names('sender', 8).map(async (sender) => {
      for (let number = 0; ; number += 1) {
        const json = { title: `${domain}/${sender}/${number}`, body: 'The body' };
        const url = `${doomed.url}/messages/domains/${domain}`;
        const response = await request('POST', url, { token: product.keys.superUser, json }).catch(() => undefined);
        if (response === undefined) return;
        accepted.set(json.title, messageIdOf(response, 202));
      }
    });
    await waitFor(
      () => accepted.size,
      (count) => count >= 20,
    );
    await product.remove(doomed, (each) => each.kill());
    await Promise.all(senders);

    for (const [title, messageId] of accepted) {
      await expectSettled(product, { title, domain, messageId, audience });
    }
    // The last request of each sender got no response; its message is stored completely, and sent, or not at
    // all.
    const stored = await product.db.pick('messages', { domain }, 'message_id');
    expect(stored.length - accepted.size).toBeLessThanOrEqual(senders.length);
    // Its audit entry is stored with it.
    const entries = await product.db.pick('auditEntries', { domain }, 'message_id');
    const idsOf = (documents: readonly StoredDocument[]): string[] =>
      documents.map(({ message_id: id }) => String(id)).sort();
    expect(idsOf(entries)).toEqual(idsOf(stored));
    const deliveries = await waitFor(
      () => product.db.pick('deliveries', { domain, state: 'done' }, 'planned', 'delivered'),
      ({ length }) => length === stored.length,
    );
    expect(deliveries).toEqual(stored.map(() => expect.objectContaining({ planned: 5, delivered: 5 }) as object));
    report.push(`api killed while ${accepted.size} sends were accepted: all ${stored.length} that are stored are sent`);
  }, 120_000);

  it('counts once the clicks and receipts that an api responded to before it was killed', async () => {
    const contactIds = await product.db.addContacts(`clicks-${round}.example.com`, names(`clicks-${round}`, 50));
    const messageId = await product.store(`clicks-${round}.example.com`, {
      title: 'Clicked',
      actions: CLICKED_ACTIONS,
    });
    const accepted: ByKind = [0, 0, 0];
    const possible: ByKind = [0, 0, 0];
    for (let number = 0; number < 2; number += 1) {
      const doomed = await product.startProcess('api');
      const clicking = clickAway(doomed.url, contactIds, messageId, REQUESTS_AT_ONCE);
      await waitFor(
        () => totalOf(clicking.accepted),
        (count) => count > 300,
      );
      await sleep(Math.random() * 200);
      await product.remove(doomed, (each) => each.kill());
      await clicking.stop();
      expect(totalOf(clicking.unanswered)).toBeGreaterThan(0);
      for (const kind of [0, 1, 2] as const) {
        accepted[kind] += clicking.accepted[kind];
        possible[kind] += clicking.accepted[kind] + clicking.unanswered[kind];
      }
    }

    const counted = await countedOf(product, messageId);
    for (const kind of [0, 1, 2] as const) {
      expect(counted[kind]).toBeGreaterThanOrEqual(accepted[kind]);
      expect(counted[kind]).toBeLessThanOrEqual(possible[kind]);
    }
    report.push(`apis killed under clicks: ${totalOf(accepted)} answered 202, ${totalOf(counted)} counted`);
    expect(await product.db.count('webPushEvent', { message_id: uuid(messageId) })).toBe(totalOf(counted));
  });
});
