import { readFile } from 'node:fs/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Installation } from '../support/installation.js';
import { request } from '../support/http.js';

const MAX_COMPRESSED_BYTES = 150_000;
const FILES = ['console.html', 'console.css', 'console.js'];

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('console', { workers: 0 });
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

/** The addresses of the files in the page, relative to it. */
async function readAddresses(): Promise<string[]> {
  const { text } = await request('GET', `${product.api.url}/console`);
  return [...text.matchAll(/(?:src|href)="(console[^"]+)"/g)].map(([, address = '']) => address);
}

it('the page runs no inline script or style, loads nothing of other hosts, and is in no frame', async () => {
  const { status, headers, text } = await request('GET', `${product.api.url}/console`);
  const policy = (headers.get('content-security-policy') ?? '').split('; ');

  expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
    200,
    'text/html; charset=utf-8',
    'no-cache',
  ]);
  expect(policy).toEqual(
    expect.arrayContaining([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "img-src 'self' data: https:",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]),
  );
  expect(policy.join()).not.toMatch(/unsafe|\*/);
  expect([headers.get('referrer-policy'), headers.get('x-frame-options')]).toEqual(['no-referrer', 'DENY']);
  expect(text.match(/<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=/gi)).toBeNull();
});

it('its addresses are relative, so that it works behind a path prefix', async () => {
  const { text } = await request('GET', `${product.api.url}/console`);

  expect(text).not.toMatch(/(?:src|href)="(?:\/|https?:)/);
  const { status, headers } = await request('GET', `${product.api.url}/console/`);
  expect([status, headers.get('location')]).toEqual([308, '../console']);
});

it('a file is cached for a year by its version, and asked for each time by another', async () => {
  const addresses = await readAddresses();
  expect(addresses.map((address) => address.replace(/\?v=[0-9a-f]{8}$/, ''))).toEqual([
    'console/console.css',
    'console/console.js',
  ]);
  for (const address of addresses) {
    const { status, headers } = await request('GET', `${product.api.url}/${address}`);
    expect([status, headers.get('cache-control')]).toEqual([200, 'public,max-age=31536000,immutable']);
    const older = await request('GET', `${product.api.url}/${address.replace(/=.*/, '=00000000')}`);
    expect(older.headers.get('cache-control')).toBe('no-cache');
    const known = { 'if-none-match': older.headers.get('etag') ?? '' };
    const again = await request('GET', `${product.api.url}/${address}`, { headers: known });
    expect([again.status, again.text]).toEqual([304, '']);
  }
});

it('it has at most 150 kB compressed in all, by Brotli and by gzip', async () => {
  const contents = await Promise.all(
    FILES.map((name) => readFile(new URL(`../../dist/console/page/${name}`, import.meta.url))),
  );
  for (const compress of [brotliCompressSync, gzipSync]) {
    const bytes = contents.reduce((sum, content) => sum + compress(content).length, 0);
    expect(bytes).toBeLessThanOrEqual(MAX_COMPRESSED_BYTES);
    expect(bytes).toBeGreaterThan(10_000);
  }
});

it('needs no token itself, and gives none', async () => {
  const script = await request('GET', `${product.api.url}/console/console.js`);

  expect(script.status).toBe(200);
  expect(script.text).not.toMatch(/eyJ[\w-]{10}/);
});
