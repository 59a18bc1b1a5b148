// Sends a message to every contact of a domain, follows it until it is done, and prints the report.
//
//   PUSH_CONTACT_TOKEN=… node send.mjs shop.localhost "Summer sale" "Half price until Sunday."
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const API = process.env.PUSH_CONTACT_URL ?? 'http://localhost:3000';
const TOKEN = process.env.PUSH_CONTACT_TOKEN;
const ATTEMPTS = 5;
const POLL_MS = 500;
const DAY_MS = 24 * 60 * 60 * 1_000;

const [domain, title, body] = process.argv.slice(2);
if (TOKEN === undefined || body === undefined) {
  console.error('Usage: PUSH_CONTACT_TOKEN=… node send.mjs <domain> <title> <body>');
  process.exit(1);
}

// PUT replaces all settings of the domain.
await call('PUT', `/domains/${domain}`, { isPushFeatureEnabled: true });

// With the same key a repeated request sends nothing twice, so it can be repeated when its response is lost.
const { messageId } = await call(
  'POST',
  `/messages/domains/${domain}`,
  { title, body, onClickLink: 'https://example.com/sale' },
  { 'Idempotency-Key': randomUUID() },
);
console.log(`Accepted as ${messageId}`);

let progress;
do {
  await sleep(POLL_MS);
  progress = await call('GET', `/messages/${messageId}/progress`);
  console.log(`${progress.state}: ${progress.planned - progress.pending} of ${progress.planned}`);
} while (progress.finishedAt === null);

// Reports count by hours that begin in the period, so it starts well before now.
const now = Date.now();
const period = new URLSearchParams({
  from: new Date(now - DAY_MS).toISOString(),
  to: new Date(now).toISOString(),
});
console.log(await call('GET', `/domains/${domain}/messages/${messageId}/stats?${period}`));

/** Returns the response's JSON. Repeats a request that got no response or 503; throws on other failures. */
async function call(method, path, json, headers) {
  for (let attempt = 1; ; attempt += 1) {
    const isLast = attempt === ATTEMPTS;
    const response = await exchange(method, path, json, headers).catch((error) => {
      if (isLast) throw error;
    });
    if (response?.ok) return response.text === '' ? undefined : JSON.parse(response.text);
    if (response && (response.status !== 503 || isLast)) throw new Error(`${response.status} ${response.text}`);
    await sleep(1_000 * Number(response?.retryAfter ?? attempt));
  }
}

/** Reads the body too, since a connection can break in the middle of it. */
async function exchange(method, path, json, headers = {}) {
  const response = await fetch(API + path, {
    method,
    headers: {
      Authorization: `Bearer ${TOKEN}`,
      ...(json && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: json && JSON.stringify(json),
  });
  const { ok, status } = response;
  return { ok, status, retryAfter: response.headers.get('Retry-After'), text: await response.text() };
}
