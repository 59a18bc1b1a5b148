import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisOptions } from 'ioredis';
import { generate } from 'selfsigned';

/** A CA of a test, a certificate of it for 127.0.0.1 and `localhost`, and another CA that signs nothing. */
export interface RedisCertificates {
  /** Paths of PEM files. */
  readonly ca: string;
  readonly otherCa: string;
  readonly cert: string;
  readonly key: string;
  /** Lines for the configuration of a server that asks clients for a certificate or not. */
  config(asksClients: boolean): string[];
  /** For the commands of the test. */
  readonly client: RedisOptions;
  remove(): Promise<void>;
}

const KEY = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

export async function createRedisCertificates(): Promise<RedisCertificates> {
  const folder = await mkdtemp(join(tmpdir(), 'push-contact-redis-tls-'));
  const createCa = (name: string): ReturnType<typeof generate> =>
    generate([{ name: 'commonName', value: name }], {
      ...KEY,
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, critical: true },
      ],
    });
  const [ca, otherCa] = await Promise.all([createCa('A CA'), createCa('Another CA')]);
  const leaf = await generate([{ name: 'commonName', value: 'redis' }], {
    ...KEY,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const write = async (name: string, pem: string): Promise<string> => {
    await writeFile(join(folder, name), pem);
    return join(folder, name);
  };
  const paths = {
    ca: await write('ca.pem', ca.cert),
    otherCa: await write('other-ca.pem', otherCa.cert),
    cert: await write('redis.pem', leaf.cert),
    key: await write('redis.key', leaf.private),
  };
  return {
    ...paths,
    config: (asksClients) => [
      ...[`tls-ca-cert-file ${paths.ca}`, `tls-cert-file ${paths.cert}`, `tls-key-file ${paths.key}`],
      ...[`tls-auth-clients ${asksClients ? 'yes' : 'no'}`, 'tls-replication yes'],
    ],
    client: { tls: { ca: ca.cert, cert: leaf.cert, key: leaf.private } },
    remove: () => rm(folder, { recursive: true }),
  };
}
