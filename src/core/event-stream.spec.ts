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

/** A value, as many seconds without a new one, and another value; the seconds pass at once. */
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

async function textOf(answer: Value | StreamableFile): Promise<string> {
  if (!(answer instanceof StreamableFile)) throw new Error('No stream');
  let text = '';
  for await (const piece of answer.getStream()) text += String(piece);
  return text;
}

beforeAll(() => {
  mock.method(performance, 'now', () => nowMs);
});

afterAll(() => {
  mock.restoreAll();
});

describe('asEventStream', () => {
  it.each([[undefined], ['*/*'], ['application/json'], ['text/html']])(
    'answers once to who accepts %s',
    async (accept) => {
      expect(await ask(accept, () => values('watched'))).toEqual({ text: 'once' });
    },
  );

  it.each([['text/event-stream'], ['Text/Event-Stream; q=0.9'], ['application/json, text/event-stream']])(
    'answers each value as an event to who accepts %s',
    async (accept) => {
      const answer = await ask(accept, () => values('one', 'two\nlines'));
      expect(answer instanceof StreamableFile && answer.getHeaders().type).toBe('text/event-stream; charset=utf-8');
      expect(await textOf(answer)).toBe(
        'event: progress\ndata: {"text":"one"}\n\nevent: progress\ndata: {"text":"two\\nlines"}\n\n',
      );
    },
  );

  it.each([
    [14, 0],
    [15, 1],
    [46, 3],
  ])('keeps a stream without news for %i s open by %i comments', async (seconds, comments) => {
    const text = await textOf(await ask('text/event-stream', () => silence(seconds)));
    expect(text).toBe(
      'event: progress\ndata: {"text":"before"}\n\n' +
        ': nothing new\n\n'.repeat(comments) +
        'event: progress\ndata: {"text":"after"}\n\n',
    );
  });

  it('begins the silence anew with every event', async () => {
    async function* twice(): AsyncGenerator<Value | undefined> {
      yield* silence(10);
      yield* silence(10);
    }
    expect(await textOf(await ask('text/event-stream', twice))).not.toContain(': nothing new');
  });

  it('is empty where there is nothing to watch', async () => {
    expect(await textOf(await ask('text/event-stream', () => values()))).toBe('');
  });

  it('fails before the first event as any answer does', async () => {
    async function* failing(): AsyncGenerator<Value> {
      yield await Promise.reject<Value>(new Error('not found'));
    }
    await expect(ask('text/event-stream', failing)).rejects.toThrow('not found');
  });

  it('lets go of what it watches when its reader leaves while there is nothing new', async () => {
    let letGo: (afterMs: number) => void = () => undefined;
    const whenLetGo = new Promise<number>((resolve) => {
      letGo = resolve;
    });
    const startedMs = nowMs;
    async function* watched(): AsyncGenerator<Value | undefined> {
      try {
        yield* silence(1_000);
      } finally {
        letGo(nowMs - startedMs);
      }
    }
    const answer = await ask('text/event-stream', watched);
    if (!(answer instanceof StreamableFile)) throw new Error('No stream');
    for await (const piece of answer.getStream()) if (String(piece).startsWith(':')) break;
    // What the stream has read ahead of its reader is within a few comments.
    expect(await whenLetGo).toBeLessThan(900_000);
  });

  it('lets go of what it watches when its reader leaves', async () => {
    let isLetGo = false;
    async function* endless(): AsyncGenerator<Value> {
      try {
        for (;;) yield await Promise.resolve({ text: 'again' });
      } finally {
        isLetGo = true;
      }
    }
    const answer = await ask('text/event-stream', endless);
    if (!(answer instanceof StreamableFile)) throw new Error('No stream');
    for await (const piece of answer.getStream()) {
      expect(String(piece)).toContain('again');
      break;
    }
    expect(isLetGo).toBe(true);
  });
});
