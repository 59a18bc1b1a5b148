import { randomInt } from 'node:crypto';
import pMap from 'p-map';
import { CLICKED_ACTIONS, countedOf } from '../support/clicking.js';
import type { HttpResponse } from '../support/http.js';
import { encryptId, Installation, names } from '../support/installation.js';
import { hourIn, type LinkIds, signedPath, signedQuery, trackingPath } from '../support/link-signatures.js';
import { waitFor } from '../support/wait-for.js';

const ALTERED = 10_000;
const AT_ONCE = 64;

/** Headers that change from request to request. */
const CHANGING = /^(date|x-request-id|ratelimit-.+)$/;

const KINDS = ['received', 'clicked', 'dismissed', 'actionClick/buy'];
const DOMAIN = 'signed.example.com';

let product: Installation;
let links: LinkIds[];

beforeAll(async () => {
  product = await Installation.start('tracking_links', {
    workers: 0,
    environment: { TRACKING_UNSIGNED_UNTIL: '2020-01-01' },
  });
  const contactIds = await product.db.addContacts(DOMAIN, names('signed', 20));
  const messageIds: string[] = [];
  for (const title of ['one', 'two', 'three']) {
    messageIds.push(await product.store(DOMAIN, { title, actions: CLICKED_ACTIONS }));
  }
  links = contactIds.flatMap((contactId) => messageIds.map((messageId) => ({ contactId, messageId })));
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0]);
});

const CHARACTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');

function pick<T>(items: readonly T[]): T {
  const item = items[randomInt(items.length)];
  if (item === undefined) throw new Error('There is nothing to pick from');
  return item;
}

/** The parts of a link. */
interface Link {
  readonly contact: string;
  readonly message: string;
  readonly kind: string;
  readonly expires: string;
  readonly mac: string;
}

function toLink(ids: LinkIds, kind: string): Link {
  const [, contact = '', message = '', expires = '', mac = ''] =
    /contacts\/(.+)\/messages\/([^/]+)\/.*\?s=(.+)(.{22})$/.exec(signedPath(ids, kind)) ?? [];
  return { contact, message, kind, expires, mac };
}

function toPath({ contact, message, kind, expires, mac }: Link): string {
  return `/push-contacts/${contact}/messages/${message}/${kind}?s=${expires}${mac}`;
}

/** One that is not `except` in any case, where routes ignore it. */
function otherCharacter(except: string): string {
  return pick(CHARACTERS.filter((each) => each.toLowerCase() !== except.toLowerCase()));
}

function replaceAt(text: string, index: number, by: string): string {
  return text.slice(0, index) + by + text.slice(index + 1);
}

function replaceAny(text: string): string {
  const index = randomInt(text.length);
  return replaceAt(text, index, otherCharacter(text.charAt(index)));
}

function changeCase(text: string): string {
  const places = Array.from(text).flatMap((each, index) => (each.toLowerCase() === each.toUpperCase() ? [] : [index]));
  const index = pick(places);
  const letter = text.charAt(index);
  return replaceAt(text, index, letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase());
}

const shorten = (text: string): string => text.slice(0, randomInt(text.length));
const extend = (text: string): string => text + otherCharacter('');
const swapTwo = (text: string): string => {
  const index = randomInt(text.length - 1);
  const [one, other] = [text.charAt(index), text.charAt(index + 1)];
  return one === other ? replaceAny(text) : replaceAt(replaceAt(text, index, other), index + 1, one);
};

/** Each changes a link, with another link for what is taken from there. */
const ALTERATIONS: Readonly<Record<string, (link: Link, other: Link) => string>> = {
  'a character of the contact': (link) => toPath({ ...link, contact: replaceAny(link.contact) }),
  'a character of the message': (link) => toPath({ ...link, message: replaceAny(link.message) }),
  'a character of the kind': (link) => toPath({ ...link, kind: replaceAny(link.kind) }),
  'a character of the end': (link) => toPath({ ...link, expires: replaceAny(link.expires) }),
  'a later end': (link) =>
    toPath({ ...link, expires: (Number.parseInt(link.expires, 36) + randomInt(1, 1e5)).toString(36) }),
  'the end, spelled otherwise': (link) => toPath({ ...link, expires: pick(['0', '+', '%20', '00']) + link.expires }),
  'the case of the end': (link) => toPath({ ...link, expires: changeCase(link.expires) }),
  'a character of the signature': (link) => toPath({ ...link, mac: replaceAny(link.mac) }),
  'the last character of the signature': (link) =>
    toPath({ ...link, mac: replaceAt(link.mac, 21, otherCharacter(link.mac.charAt(21))) }),
  'the last character of the contact': (link) =>
    toPath({ ...link, contact: replaceAt(link.contact, 42, otherCharacter(link.contact.charAt(42))) }),
  'the case of the contact': (link) => toPath({ ...link, contact: changeCase(link.contact) }),
  'the case of the message': (link) => toPath({ ...link, message: changeCase(link.message) }),
  'the case of the signature': (link) => toPath({ ...link, mac: changeCase(link.mac) }),
  'characters that change places': (link) => toPath({ ...link, contact: swapTwo(link.contact) }),
  'a shorter contact': (link) => toPath({ ...link, contact: shorten(link.contact) }),
  'a shorter message': (link) => toPath({ ...link, message: shorten(link.message) }),
  'a shorter end': (link) => toPath({ ...link, expires: shorten(link.expires) }),
  'a shorter signature': (link) => toPath({ ...link, mac: shorten(link.mac) }),
  'a longer contact': (link) => toPath({ ...link, contact: extend(link.contact) }),
  'a longer message': (link) => toPath({ ...link, message: extend(link.message) }),
  'a longer signature': (link) => toPath({ ...link, mac: extend(link.mac) }),
  padding: (link) => toPath({ ...link, contact: `${link.contact}=`, mac: `${link.mac}==` }),
  "another's contact": (link, other) => toPath({ ...link, contact: other.contact, message: link.message }),
  "another's signature": (link, other) => toPath({ ...link, mac: other.mac }),
  'contact and message exchanged': (link) => toPath({ ...link, contact: link.message, message: link.contact }),
  'no end': (link) => toPath({ ...link, expires: '' }),
  'no signature': (link) => toPath({ ...link, mac: '' }),
  'end and signature exchanged': (link) => toPath({ ...link, expires: link.mac, mac: link.expires }),
  neither: (link) => toPath(link).replace(/\?.*/, ''),
  'the signature twice': (link) => `${toPath(link)}${link.mac}`,
  'the member twice': (link) => `${toPath(link)}&s=${link.expires}${link.mac}`,
  'an array': (link) => toPath(link).replace('s=', 's[]='),
  'the name in another case': (link) => toPath(link).replace('s=', 'S='),
  'a fragment of a query': (link) => toPath(link).replace('?', '%3f'),
};

/** Another contact and another message. */
function otherIds({ contactId, messageId }: LinkIds): LinkIds {
  return pick(links.filter((each) => each.contactId !== contactId && each.messageId !== messageId));
}

it(`0 of ${ALTERED} altered links are accepted, and each unaltered one is`, async () => {
  const count = (): Promise<number> => product.db.count('webPushEvent');
  const before = await count();
  const accepted: string[] = [];
  const statuses = new Map<number, number>();
  const makers = Object.entries(ALTERATIONS);
  await pMap(
    Array.from({ length: ALTERED }, (_, index) => index),
    async (index) => {
      const ids = pick(links);
      const kind = pick(KINDS);
      const [name, alter] = makers[index % makers.length] ?? ['', toPath];
      const path = alter(toLink(ids, kind), toLink(otherIds(ids), kind));
      const { status } = await product.ask('POST', path);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status < 400) accepted.push(`${name}: ${path}`);
    },
    { concurrency: AT_ONCE },
  );
  console.log(`statuses of ${ALTERED} altered links: ${JSON.stringify([...statuses])}`);
  expect(accepted).toEqual([]);
  expect(await count()).toBe(before);

  for (const ids of links.slice(0, 10)) {
    for (const kind of KINDS) expect((await product.ask('POST', signedPath(ids, kind))).status).toBe(202);
    expect((await product.ask('GET', signedPath(ids, 'open'))).status).toBe(302);
  }
}, 120_000);

it('a link is refused when it has ended', async () => {
  const [ids = pick(links)] = links;
  for (const kind of KINDS) {
    expect((await product.ask('POST', signedPath(ids, kind))).status).toBe(202);
    expect((await product.ask('POST', signedPath(ids, kind, 0))).status).toBe(400);
  }
});

it('an opened link that has ended, or is unsigned, leads to the page and is not counted; a changed one is 400', async () => {
  const { contactId } = links[0] ?? pick(links);
  const onClickLink = 'https://example.com/late';
  const messageId = await product.store(DOMAIN, { title: 'Late', onClickLink, actions: CLICKED_ACTIONS });
  const ids = { contactId, messageId };
  const late = [signedPath(ids, 'open', 0), trackingPath(contactId, messageId, 'open')];
  for (const path of [...late, `${signedPath(ids, 'open', 0)}&action=buy`]) {
    const { status, headers } = await product.ask('GET', path);
    expect([path, status, headers.get('location')]).toEqual([path, 302, onClickLink]);
  }
  expect(await countedOf(product, messageId)).toEqual([0, 0, 0]);
  const changed = [
    signedPath(ids, 'open', 0).replace(/s=..../, 's=zzzz'),
    `${trackingPath(contactId, messageId, 'open')}?s=`,
    '/push-contacts/x/messages/y/open',
    signedPath({ ...ids, messageId: 'no UUID' }, 'open', 0),
  ];
  for (const path of changed) expect([path, (await product.ask('GET', path)).status]).toEqual([path, 400]);
  const unknown = `${signedPath(ids, 'open', 0)}&action=made-up`;
  expect((await product.ask('GET', unknown)).status).toBe(404);
  expect((await product.ask('GET', signedPath(ids, 'open'))).status).toBe(302);
  expect(await countedOf(product, messageId)).toEqual([0, 1, 0]);
});

it('whatever is wrong with a link, the answer is the same to the byte', async () => {
  const [ids = pick(links), other = pick(links)] = [links[0], links.at(-1)];
  const unknown = { contactId: 'not the id of a contact', messageId: ids.messageId };
  const refused = [
    signedPath(unknown, 'clicked'),
    signedPath({ ...ids, messageId: 'no UUID' }, 'clicked'),
    signedPath(ids, 'clicked').replace(encryptId(ids.contactId), encryptId(other.contactId)),
    signedPath(ids, 'clicked').replace(/.$/, '*'),
    signedPath(ids, 'clicked').slice(0, -22),
    `${signedPath(ids, 'clicked')}&s=x`,
    signedPath(ids, 'clicked', 0),
    trackingPath(ids.contactId, ids.messageId, 'clicked'),
    '/push-contacts/x/messages/y/clicked',
    `/push-contacts/x/messages/y/clicked?${signedQuery(ids, hourIn(2))}`,
  ];
  const comparable = ({ status, headers, text }: HttpResponse): unknown => {
    return [status, [...headers].filter(([name]) => !CHANGING.test(name)), text];
  };
  const answers = await Promise.all(refused.map(async (path) => comparable(await product.ask('POST', path))));
  expect(answers).toEqual(answers.map(() => answers[0]));
  expect(JSON.stringify(answers[0])).toContain('encryptedContactId');
  const opened = await product.ask('GET', signedPath({ ...ids, messageId: 'no UUID' }, 'open'));
  expect([opened.status, opened.text]).toEqual([400, (answers[0] as [number, unknown, string])[2]]);
});

it('refused links are counted in the metrics and told in the log, without ids', async () => {
  const [ids = pick(links)] = links;
  const own = await product.startProcess('api', { TRACKING_UNSIGNED_UNTIL: '2020-01-01T00:00:00Z' });
  const refuse = async (path: string): Promise<void> => {
    await fetch(own.url + path, { method: 'POST' });
  };
  await refuse('/push-contacts/x/messages/y/clicked');
  await refuse(trackingPath(ids.contactId, ids.messageId, 'clicked'));
  for (let time = 0; time < 2; time += 1) await refuse(signedPath(ids, 'clicked', 0));
  await refuse(signedPath(ids, 'clicked').replace(/.$/, '*'));
  const text = await (await fetch(own.metricsUrl)).text();
  for (const line of ['unreadable"} 1', 'unsigned"} 1', 'expired"} 2', 'changed"} 1']) {
    expect(text).toContain(`push_contact_refused_tracking_links_total{reason="${line}`);
  }
  await product.remove(own, (each) => each.stop());
  const line = 'Tracking links refused within a minute: 1 unreadable, 1 unsigned, 2 expired, 1 changed';
  await waitFor(
    () => own.output(),
    (output) => output.includes(line),
  );
  expect(own.output()).not.toContain(encryptId(ids.contactId));
});

describe('TRACKING_UNSIGNED_UNTIL', () => {
  const ids = (): LinkIds => links[5] ?? pick(links);
  const click = async (environment: Record<string, string>): Promise<number> => {
    const own = await product.startProcess('api', environment);
    const path = trackingPath(ids().contactId, ids().messageId, 'clicked');
    const { status } = await fetch(own.url + path, { method: 'POST' });
    await product.remove(own, (each) => each.stop());
    return status;
  };

  it('is when unsigned links end: accepted before, refused after', async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    const aSecondAgo = new Date(Date.now() - 1_000).toISOString();
    expect(await click({ TRACKING_UNSIGNED_UNTIL: inAnHour })).toBe(202);
    expect(await click({ TRACKING_UNSIGNED_UNTIL: '' })).toBe(202);
    expect(await click({ TRACKING_UNSIGNED_UNTIL: aSecondAgo })).toBe(400);
  }, 60_000);

  it('is missed by production in one line at start, and only there', async () => {
    const line = 'Tracking links without a signature are accepted: see TRACKING_UNSIGNED_UNTIL';
    const outputs: string[] = [];
    for (const until of ['', '2020-01-01']) {
      const environment = { NODE_ENV: 'production', TRACKING_UNSIGNED_UNTIL: until };
      const own = await product.startProcess('api', environment);
      await product.remove(own, (each) => each.stop());
      outputs.push(own.output());
    }
    expect(outputs.map((output) => output.split(line).length - 1)).toEqual([1, 0]);
  }, 60_000);

  it('lets no link be accepted whose signature is wrong, also before it', async () => {
    const own = await product.startProcess('api', { TRACKING_UNSIGNED_UNTIL: '' });
    const path = signedPath(ids(), 'clicked');
    const wrong = [
      path.replace(/.$/, '*'),
      path.slice(0, -22),
      path.replace(/s=..../, 's='),
      path.replace(/s=.*/, 's='),
      `${path}&s=`,
      signedPath(ids(), 'clicked', 0),
    ];
    for (const each of wrong) expect((await fetch(own.url + each, { method: 'POST' })).status).toBe(400);
    await product.remove(own, (each) => each.stop());
  });
});

describe('an action that the message does not have', () => {
  it('is 404, and neither counted nor stored', async () => {
    const [contactId = ''] = await product.db.addContacts(DOMAIN, ['made-up actions']);
    const messageId = await product.store(DOMAIN, { title: 'Actions', actions: [{ title: 'One' }, { action: 'buy' }] });
    const made = ['Buy', 'buy ', 'action2', 'constructor', '__proto__', 'clicked', '0', ...names('made-up', 30)];
    for (const name of made) {
      const path = signedPath({ contactId, messageId }, `actionClick/${encodeURIComponent(name)}`);
      expect([name, (await product.ask('POST', path)).status]).toEqual([name, 404]);
      const open = `${signedPath({ contactId, messageId }, 'open')}&action=${encodeURIComponent(name)}`;
      expect([name, (await product.ask('GET', open)).status]).toEqual([name, 404]);
    }
    expect(await countedOf(product, messageId)).toEqual([0, 0, 0]);
    for (const name of ['buy', 'action1']) {
      const path = signedPath({ contactId, messageId }, `actionClick/${name}`);
      expect((await product.ask('POST', path)).status).toBe(202);
    }
    expect(await countedOf(product, messageId)).toEqual([0, 0, 2]);
  });
});
