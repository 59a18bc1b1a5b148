import { mock } from 'node:test';
import { StreamableFile } from '@nestjs/common';
import { asEventStream } from './event-stream.js';

interface Value {
  readonly text: string;
}

async function* values(...texts: readonly string[]): AsyncGenerator<Value> {
  for (const text of texts) yield await Promise.resolve({ text });
}

let nowMs = 0;

/** Yields a value, undefined for each of `seconds`, and another value; the clock is a stand-in. */
async function* silence(seconds: number): AsyncGenerator<Value | undefined> {
  yield await Promise.resolve({ text: 'before' });
  for (let second = 0; second < seconds; second += 1) {
    nowMs += 1_000;
    yield undefined;
  }
  yield { text: 'after' };
}

function ask(
  accept: string | undefined,
  watch: () => AsyncGenerator<Value | undefined>,
): Promise<Value | StreamableFile> {
  return asEventStream(accept, 'progress', () => Promise.resolve({ text: 'once' }), watch);
}

async function toText(response: Value | StreamableFile): Promise<string> {
  if (!(response instanceof StreamableFile)) throw new Error('No stream');
  let text = '';
  for await (const piece of response.getStream()) text += String(piece);
  return text;
}

beforeAll(() => {
  mock.method(performance, 'now', () => nowMs);
});

afterAll(() => {
  mock.restoreAll();
});

describe('asEventStream', () => {
  it.each([
    [undefined],
    ['*/*'],
    ['application/json'],
    ['text/html'],
    ['application/json, text/event-stream;q=0'],
    ['x/text/event-stream-foo'],
  ])('returns the value once for Accept: %s', async (accept) => {
    expect(await ask(accept, () => values('watched'))).toEqual({ text: 'once' });
  });

  it.each([['text/event-stream'], ['Text/Event-Stream; q=0.9'], ['application/json, text/event-stream']])(
    'returns each value as an event for Accept: %s',
    async (accept) => {
      const response = await ask(accept, () => values('one', 'two\nlines'));
      expect(response instanceof StreamableFile && response.getHeaders().type).toBe('text/event-stream; charset=utf-8');
      expect(await toText(response)).toBe(
        'event: progress\ndata: {"text":"one"}\n\nevent: progress\ndata: {"text":"two\\nlines"}\n\n',
      );
    },
  );

  it.each([
    [14, 0],
    [15, 1],
    [46, 3],
  ])('writes, in %i s without a new value, %i comments', async (seconds, comments) => {
    const text = await toText(await ask('text/event-stream', () => silence(seconds)));
    expect(text).toBe(
      'event: progress\ndata: {"text":"before"}\n\n' +
        ': nothing new\n\n'.repeat(comments) +
        'event: progress\ndata: {"text":"after"}\n\n',
    );
  });

  it('counts the seconds of silence from the last event', async () => {
    async function* twice(): AsyncGenerator<Value | undefined> {
      yield* silence(10);
      yield* silence(10);
    }
    expect(await toText(await ask('text/event-stream', twice))).not.toContain(': nothing new');
  });

  it('returns an empty stream when the generator has no values', async () => {
    expect(await toText(await ask('text/event-stream', () => values()))).toBe('');
  });

  it('rejects when the first value fails', async () => {
    async function* failing(): AsyncGenerator<Value> {
      yield await Promise.reject<Value>(new Error('not found'));
    }
    await expect(ask('text/event-stream', failing)).rejects.toThrow('not found');
  });

  it('ends the generator when the reader disconnects while there is nothing new', async () => {
    let release: (afterMs: number) => void = () => undefined;
    const whenReleased = new Promise<number>((resolve) => {
      release = resolve;
    });
    const startedMs = nowMs;
    async function* watched(): AsyncGenerator<Value | undefined> {
      try {
        yield* silence(1_000);
      } finally {
        release(nowMs - startedMs);
      }
    }
    const response = await ask('text/event-stream', watched);
    if (!(response instanceof StreamableFile)) throw new Error('No stream');
    for await (const piece of response.getStream()) if (String(piece).startsWith(':')) break;
    // The stream reads ahead of its reader, but only by a few comments.
    expect(await whenReleased).toBeLessThan(900_000);
  });

  it('ends the generator when the reader disconnects', async () => {
    let isReleased = false;
    async function* endless(): AsyncGenerator<Value> {
      try {
        for (;;) yield await Promise.resolve({ text: 'again' });
      } finally {
        isReleased = true;
      }
    }
    const response = await ask('text/event-stream', endless);
    if (!(response instanceof StreamableFile)) throw new Error('No stream');
    for await (const piece of response.getStream()) {
      expect(String(piece)).toContain('again');
      break;
    }
    expect(isReleased).toBe(true);
  });
});
