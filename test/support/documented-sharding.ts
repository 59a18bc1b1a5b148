import { readFile } from 'node:fs/promises';
import { runInNewContext } from 'node:vm';
import mongoose from 'mongoose';
import { SHARDS } from './own-sharded-cluster.js';

const { MinKey, MongoClient } = mongoose.mongo;

const PAGE = 'docs/scaling.md';

/** A command of the page, and the database in which it runs. */
interface DocumentedCommand {
  readonly database: string;
  readonly command: Readonly<Record<string, unknown>>;
}

/**
 * The commands for mongosh in a section of the page about scaling, for this database. They run nowhere yet.
 * Throws when the section has none.
 */
async function readDocumentedCommands(heading: string, database: string): Promise<DocumentedCommand[]> {
  const page = await readFile(PAGE, 'utf8');
  const [, section = ''] = page.split(`\n### ${heading}\n`);
  const [text = ''] = section.split(/^#{2,3} /m);
  const blocks = [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block = '']) => block);
  const commands: DocumentedCommand[] = [];
  const run = (of: string) => (command: DocumentedCommand['command']) => commands.push({ database: of, command });
  const db = { runCommand: run(database), adminCommand: run('admin'), toString: () => database };
  for (const block of blocks) runInNewContext(block, { db });
  if (commands.length === 0) throw new Error(`${PAGE}: no commands under "${heading}"`);
  return commands;
}

/** Runs the commands of a section. */
export async function runDocumented(uri: string, heading: string, database: string): Promise<void> {
  const commands = await readDocumentedCommands(heading, database);
  await withClient(uri, async (client) => {
    for (const { database: of, command } of commands) await client.db(of).command(command);
  });
}

/** Shards contacts and events of a database as the page says, and has half of the contacts on each shard. */
export async function shardDatabase(uri: string, database: string): Promise<void> {
  await runDocumented(uri, 'Shard the events', database);
  await runDocumented(uri, 'Shard the contacts', database);
  await spreadContacts(uri, database);
}

/** Tokens of tests begin with letters before and after `m`. */
const FIRST_HALF = { min: { device_token: new MinKey() }, max: { device_token: 'm' } };

/** Moves contacts to the shard where the first of them are not. */
export async function spreadContacts(uri: string, database: string, range: object = FIRST_HALF): Promise<void> {
  await withClient(uri, (client) => moveRange(client, `${database}.push-contacts`, range));
}

/** Moves a range of a sharded collection to the shard on which its first chunk is not. */
export async function moveRange(client: mongoose.mongo.MongoClient, namespace: string, range: object): Promise<void> {
  const config = client.db('config');
  const collection = await config.collection<{ _id: string; uuid: unknown }>('collections').findOne({ _id: namespace });
  const chunk = await config.collection('chunks').findOne({ uuid: collection?.uuid }, { sort: { min: 1 } });
  const toShard = SHARDS.find((shard) => shard !== chunk?.shard);
  await client.db('admin').command({ moveRange: namespace, ...range, toShard });
}

async function withClient(uri: string, use: (client: mongoose.mongo.MongoClient) => Promise<void>): Promise<void> {
  const client = await MongoClient.connect(uri);
  try {
    await use(client);
  } finally {
    await client.close();
  }
}
