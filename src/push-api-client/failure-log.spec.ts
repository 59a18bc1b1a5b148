import { Logger } from '@nestjs/common';
import { FailureLog } from './failure-log.js';
import { type FailureReason, firebaseFailure, pushServiceFailure, statusFailure } from './failure-reason.js';

/** In an ES module Jest's object is no global. */
const timers = (import.meta as unknown as { readonly jest: typeof jest }).jest;

const lines: string[] = [];
const record =
  (level: string) =>
  (line: unknown): void => {
    lines.push(`${level}: ${String(line)}`);
  };

let log: FailureLog;

beforeEach(() => {
  timers.useFakeTimers();
  Logger.overrideLogger({ log: record('log'), warn: record('warn'), error: record('error') });
  lines.length = 0;
  log = new FailureLog();
});

afterEach(() => {
  timers.useRealTimers();
  Logger.overrideLogger(true);
});

function add(reason: FailureReason, messageId: string, count: number): void {
  log.add({ reason, messageId, count });
}

describe('FailureLog', () => {
  it('says a cause at once, counts it for a minute, and goes on until a minute passes without it', () => {
    const limits = pushServiceFailure('fcm.googleapis.com', 429);
    add(limits, 'one', 5);
    expect(lines).toEqual(['warn: fcm.googleapis.com answered 429 limits: 5 contacts of message one']);
    for (const messageId of ['two', 'two', 'three']) add(limits, messageId, 10);
    timers.advanceTimersByTime(60_000);
    expect(lines.slice(1)).toEqual([
      'warn: fcm.googleapis.com answered 429 limits: in the last minute 30 contacts of message two and 1 more',
    ]);
    timers.advanceTimersByTime(600_000);
    expect(lines).toHaveLength(2);
    add(limits, 'four', 1);
    expect(lines).toHaveLength(3);
  });

  it('says of an expired message that it was not sent', () => {
    add({ service: 'none', status: null, code: 'expired' }, 'one', 3);
    expect(lines).toEqual(['warn: Not sent before the time to live ended: 3 contacts of message one']);
  });

  it('says of a wrong key that nobody is pruned, once a minute', () => {
    const wrongKey = pushServiceFailure('fcm.googleapis.com', 403);
    for (let count = 0; count < 100; count += 1) add(wrongKey, 'one', 1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^warn: fcm.googleapis.com answered 403 wrong-key: 1 contacts .* None of them is pruned/);
  });

  it('tells causes apart by push service, status and code', () => {
    add(statusFailure(500), 'one', 1);
    add(statusFailure(503), 'one', 1);
    add(pushServiceFailure('a.example', 500), 'one', 1);
    add(pushServiceFailure('b.example', 500), 'one', 1);
    expect(lines).toHaveLength(4);
  });

  it('calls refused calls errors, failed ones warnings, and contacts that are gone neither', () => {
    add(statusFailure(401), 'one', 1);
    add(statusFailure(500), 'one', 1);
    add(pushServiceFailure('a.example', 401), 'one', 1);
    add(firebaseFailure(6), 'one', 1);
    expect(lines.map((line) => line.split(':')[0])).toEqual(['error', 'warn', 'warn', 'log']);
    expect(lines[0]).toContain('PUSH_API_TOKEN');
  });

  it('says what it has counted when the process ends', () => {
    add(statusFailure(500), 'one', 1);
    add(statusFailure(500), 'one', 7);
    log.onApplicationShutdown();
    expect(lines.at(-1)).toContain('7 contacts of message one');
    timers.advanceTimersByTime(600_000);
    expect(lines).toHaveLength(2);
  });

  it('keeps no more than 200 causes at once', () => {
    for (let service = 0; service < 1_000; service += 1) add(pushServiceFailure(`s${service}`, 500), 'one', 1);
    expect(lines).toHaveLength(200);
  });
});
