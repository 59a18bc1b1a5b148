/**
 * Loaded by `node --import …/clock-shift.mjs?ms=7200000`: sets the clock of this process forward by so many
 * milliseconds, back if they are negative, as on a machine whose time is wrong.
 */
const SHIFT_MS = Number(new URL(import.meta.url).searchParams.get('ms'));
const RealDate = Date;

// A proxy and no subclass: libraries know the class by its name and by identity.
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + SHIFT_MS] : args, newTarget),
  get: (target, name, receiver) =>
    name === 'now' ? () => RealDate.now() + SHIFT_MS : Reflect.get(target, name, receiver),
});
RealDate.prototype.constructor = globalThis.Date;
