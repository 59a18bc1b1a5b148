import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from '../support/http.js';
import { seedGrowth, seedMessages } from './support/console-seeds.js';
import { type ConsoleStage, startConsoleStage } from './support/console-stage.js';

const DOMAIN = 'shop.example.com';
const CONTACTS = 48_210;
const PICTURE_WIDTH = 1_280;
const MAX_PICTURE_BYTES = 250_000;
const HOUR_MS = 3_600_000;
/** `npm run pictures` keeps the picture; otherwise the test only proves that it can be taken. */
// eslint-disable-next-line no-restricted-properties -- not a setting of the product
const FOLDER_TO_KEEP = process.env.TEST_PICTURES_DIR;

let stage: ConsoleStage;
let temporaryFolder: string;

beforeAll(async () => {
  temporaryFolder = await mkdtemp(join(tmpdir(), 'push-contact-console-'));
  stage = await startConsoleStage('console_picture');
  await stage.db.generate('push-contacts', CONTACTS, {
    _id: { $concat: ['contact-', { $toString: '$number' }] },
    domain: DOMAIN,
    device_token: { $concat: ['device-', { $toString: '$number' }] },
    deleted: { $eq: [{ $mod: ['$number', 12] }, 0] },
  });
  const deleted = Math.ceil(CONTACTS / 12);
  await seedGrowth(stage.db, DOMAIN, { days: 90, active: CONTACTS - deleted, deleted });
  const titles = ['Summer sale', 'Last pairs of the Traveler', 'Free shipping this week', 'New: the winter collection'];
  await seedMessages(
    stage.db,
    DOMAIN,
    titles.map((title, index) => {
      const sent = 43_900 - index * 850;
      const [delivered, received, clicks] = [0.972, 0.81, 0.093].map((share) => Math.round(sent * share));
      const insertedAt = new Date(Date.now() - (index * 31 + 5) * HOUR_MS);
      return { title, insertedAt, sent, delivered: delivered ?? 0, received: received ?? 0, clicks: clicks ?? 0 };
    }),
  );
  await request('PUT', `${stage.api.url}/domains/${DOMAIN}`, {
    token: stage.keys.superUser,
    json: { isPushFeatureEnabled: true },
  });
});

afterAll(async () => {
  await stage.stop();
  await rm(temporaryFolder, { recursive: true, force: true });
});

it('takes the picture of a domain in the console', async () => {
  const page = await stage.open(`/domains/${DOMAIN}`, stage.keys.superUser);
  await page.setViewportSize({ width: PICTURE_WIDTH, height: 800 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.getByText('Summer sale').waitFor();
  await page.locator('.uplot').nth(1).waitFor();
  const file = join(FOLDER_TO_KEEP ?? temporaryFolder, 'console.png');
  await page.screenshot({ path: file, fullPage: true });

  const written = await readFile(file);
  expect(written.readUInt32BE(16)).toBe(PICTURE_WIDTH);
  expect(written.length).toBeLessThan(MAX_PICTURE_BYTES);
  await page.close();
});
