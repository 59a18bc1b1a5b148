import { addAudience } from '../support/audience.js';
import { findCounted, findStored } from '../support/counted-contacts.js';
import { request } from '../support/http.js';
import { Installation } from '../support/installation.js';
import type { ProductProcess } from '../support/product-process.js';
import { faultRounds } from '../support/test-environment.js';
import { waitFor } from '../support/wait-for.js';

const ROUNDS = Array.from({ length: faultRounds() }, (_, round) => round + 1);
const LOOPS = 24;
const KILLS = 4;

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('contact_counts', { workers: 0, latencyMs: 5 });
});

afterAll(async () => {
  await product.stopAndKeepData();
});

/** Visitors of a domain, who register, leave, come back and are erased, until their api has ended. */
class Traffic {
  readonly answered: Record<string, number> = {};
  private readonly loops: Promise<void>[];

  constructor(
    private readonly api: ProductProcess,
    private readonly domain: string,
    private readonly name: string,
  ) {
    this.loops = Array.from({ length: LOOPS }, (_, loop) => this.run(loop));
  }

  async ended(): Promise<void> {
    await Promise.all(this.loops);
  }

  private async run(loop: number): Promise<void> {
    for (let visitor = 0; ; visitor += 1) {
      const deviceToken = `${this.domain}-${this.name}-${loop}-${visitor}`;
      const contact = { domain: this.domain, deviceToken, visitorGuid: deviceToken };
      const isGone = !(
        (await this.ask('POST', '/push-contacts', { json: contact })) &&
        (visitor % 3 !== 0 || (await this.ask('DELETE', `/push-contacts/${deviceToken}`))) &&
        (visitor % 6 !== 0 || (await this.ask('POST', '/push-contacts', { json: contact }))) &&
        (visitor % 4 !== 0 || (await this.ask('DELETE', `/visitors/${deviceToken}/data`)))
      );
      if (isGone) return;
    }
  }

  private async ask(method: string, path: string, options: object = {}): Promise<boolean> {
    const token = path.startsWith('/visitors') ? { token: product.keys.superUser } : {};
    const response = await request(method, this.api.url + path, { ...token, ...options }).catch(() => undefined);
    if (response === undefined) return false;
    expect([200, 204]).toContain(response.status);
    this.answered[method] = (this.answered[method] ?? 0) + 1;
    return true;
  }
}

/** Counters and contacts agree, at one moment, whatever is under way. */
async function expectExact(domain: string): Promise<void> {
  await product.db.atOneMoment(async (moment) => {
    expect(await findCounted(moment, domain)).toEqual(await findStored(moment, domain));
  });
}

describe.each(ROUNDS)('round %i', (round) => {
  it('each change of a contact is counted, when apis and workers are killed and contacts are counted again', async () => {
    const domain = `counts-${round}.example.com`;
    const audience = await addAudience(product, domain, { tokens: 20_000 });
    // Counts the domain, which has contacts of an older version, while visitors come and go.
    await product.startProcess('worker');
    await product.startProcess('worker');
    const messageId = await product.send(domain, { title: domain });
    const answered: Record<string, number>[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const doomed = [await product.startProcess('api'), await product.startProcess('worker')];
      const [api] = doomed;
      if (api === undefined) throw new Error('Nothing was started');
      const traffic = new Traffic(api, domain, String(kill));
      await waitFor(
        () => traffic.answered,
        ({ POST = 0, DELETE = 0 }) => POST >= 100 + Math.random() * 200 && DELETE >= 20,
      );
      await product.db.update('contactTotals', { _id: domain }, { $set: { due_at: new Date(0) } });
      if (kill > 1) await expectExact(domain);
      await Promise.all(doomed.map((each) => product.remove(each, (process) => process.kill())));
      await traffic.ended();
      answered.push(traffic.answered);
      await waitFor(
        () => product.db.atOneMoment((moment) => findCounted(moment, domain)),
        (counted) => counted !== undefined,
      );
      await expectExact(domain);
    }
    await product.finished(messageId, 120_000);
    await expectExact(domain);
    const [days, stored] = await Promise.all([
      product.db.find('contactDays', { domain }),
      product.db.atOneMoment((moment) => findStored(moment, domain)),
    ]);
    const sum = (name: string): number => days.reduce((total, day) => total + Number(day[name] ?? 0), 0);
    // Each fault would be corrected by the next count.
    expect([sum('corrected'), days.filter(({ lane }) => Number(lane) < 0)]).toEqual([0, []]);
    expect(await product.metrics()).not.toMatch(/^push_contact_contact_count_corrections_total [1-9]/m);
    const gone = [...audience.values()].filter(([type, subType]) => type === 4 && subType === 1).length;
    expect(sum('pruned')).toBe(gone);
    expect(sum('registered')).toBe(stored.active + stored.deleted - audience.size);
    const change = sum('registered') + sum('returned') - sum('pruned') - sum('unsubscribed') - sum('erased');
    expect(change).toBe(stored.active - audience.size);
    const answeredPosts = answered.reduce((total, { POST = 0 }) => total + POST, 0);
    // A request that got no response may have been counted.
    expect(sum('registered') + sum('returned') - answeredPosts).toBeGreaterThanOrEqual(0);
    expect(sum('registered') + sum('returned') - answeredPosts).toBeLessThanOrEqual(KILLS * LOOPS);
  }, 300_000);
});
