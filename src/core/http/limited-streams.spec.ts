import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { LimitedStreams } from './limited-streams.js';

async function* texts(count: number, ended: () => void = () => undefined): AsyncGenerator<string> {
  try {
    // As a database's responses do, each text lets timers run; microtasks alone would starve them.
    for (let index = 0; index < count; index += 1) yield await setImmediate('x');
  } finally {
    ended();
  }
}

describe('LimitedStreams', () => {
  it('opens no more than its limit, and another one when one has ended or failed', async () => {
    const streams = new LimitedStreams({ max: 2, maxMs: 60_000 });
    const open = (count: number) => streams.respond('text/plain', () => Promise.resolve(texts(count)));
    const [first] = [await open(3), await open(3)];
    await expect(open(3)).rejects.toMatchObject({ code: 'too_many_streams' });

    const stream = first.getStream();
    const closed = once(stream, 'close');
    stream.resume();
    await closed;
    const failing = streams.respond('text/plain', () => Promise.reject(new Error('not found')));
    await expect(failing).rejects.toThrow('not found');
    await expect(open(3)).resolves.toBeDefined();
    await expect(open(3)).rejects.toMatchObject({ code: 'too_many_streams' });
  });

  it('does not ask its source while there is no room', async () => {
    const streams = new LimitedStreams({ max: 0, maxMs: 60_000 });
    const source = (): never => {
      throw new Error('was asked');
    };
    await expect(streams.respond('text/plain', source)).rejects.toMatchObject({ code: 'too_many_streams' });
  });

  it('breaks a stream off after its time and ends its source', async () => {
    const streams = new LimitedStreams({ max: 1, maxMs: 20 });
    const ended = new Promise<void>((resolve) => {
      const response = streams.respond('text/plain', () => Promise.resolve(texts(Number.POSITIVE_INFINITY, resolve)));
      void response.then((file) => file.getStream().resume());
    });
    await expect(ended).resolves.toBeUndefined();
  });
});
