import { StreamableFile } from '@nestjs/common';
import { asEventStream } from './event-stream.js';

interface Value {
  readonly text: string;
}

async function* values(...texts: readonly string[]): AsyncGenerator<Value> {
  for (const text of texts) yield await Promise.resolve({ text });
}

function ask(accept: string | undefined, watch: () => AsyncGenerator<Value>): Promise<Value | StreamableFile> {
  return asEventStream(accept, 'progress', () => Promise.resolve({ text: 'once' }), watch);
}

async function textOf(answer: Value | StreamableFile): Promise<string> {
  if (!(answer instanceof StreamableFile)) throw new Error('No stream');
  let text = '';
  for await (const piece of answer.getStream()) text += String(piece);
  return text;
}

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

  it('is empty where there is nothing to watch', async () => {
    expect(await textOf(await ask('text/event-stream', () => values()))).toBe('');
  });

  it('fails before the first event as any answer does', async () => {
    async function* failing(): AsyncGenerator<Value> {
      yield await Promise.reject<Value>(new Error('not found'));
    }
    await expect(ask('text/event-stream', failing)).rejects.toThrow('not found');
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
