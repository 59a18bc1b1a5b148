/** Loaded by `node --import`: sets the clock of this process forward, as on a machine whose time is wrong. */
const AHEAD_MS = 2 * 3_600_000;
const RealDate = Date;

// A proxy and no subclass: libraries know the class by its name and by identity.
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + AHEAD_MS] : args, newTarget),
  get: (target, name, receiver) =>
    name === 'now' ? () => RealDate.now() + AHEAD_MS : Reflect.get(target, name, receiver),
});
RealDate.prototype.constructor = globalThis.Date;
