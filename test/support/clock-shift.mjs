/**
 * Loaded by `node --import …/clock-shift.mjs?ms=7200000`: sets the clock of this process forward by so many
 * milliseconds, back if they are negative, as on a machine whose time is wrong.
 *
 * With `?file=/…` instead, the milliseconds are in that file, which is read again at each SIGUSR2. MongoDB's
 * clock, as this process is told it, is set as well: it is another time everywhere.
 */
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const options = new URL(import.meta.url).searchParams;
const file = options.get('file');
const RealDate = Date;
let shiftMs = Number(file === null ? options.get('ms') : readFileSync(file, 'utf8'));

// A proxy and no subclass: libraries know the class by its name and by identity.
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + shiftMs] : args, newTarget),
  get: (target, name, receiver) =>
    name === 'now' ? () => RealDate.now() + shiftMs : Reflect.get(target, name, receiver),
});
RealDate.prototype.constructor = globalThis.Date;

if (file !== null && isMainThread) {
  await shiftMongoDb();
  process.on('SIGUSR2', () => {
    shiftMs = Number(readFileSync(file, 'utf8'));
    console.log(`The clock is set by ${shiftMs} ms`);
  });
}

/** mongod itself cannot be given another time: libfaketime and datefudge end it. */
async function shiftMongoDb() {
  const { default: mongoose } = await import('mongoose');
  const { prototype } = mongoose.mongo.Admin;
  const { command } = prototype;
  prototype.command = async function (...args) {
    const response = await command.apply(this, args);
    const { localTime } = response;
    return localTime instanceof RealDate ? { ...response, localTime: new Date(+localTime + shiftMs) } : response;
  };
}
