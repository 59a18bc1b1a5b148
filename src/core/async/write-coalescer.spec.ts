import { WriteCoalescer } from './write-coalescer.js';

function controlled(): { writes: number[][]; end: (error?: Error) => void; flushed: WriteCoalescer<number> } {
  const writes: number[][] = [];
  let ends: ((error?: Error) => void)[] = [];
  const flushed = new WriteCoalescer<number>(
    'settlements',
    (items) => {
      writes.push([...items]);
      return new Promise((resolve, reject) => {
        ends.push((error) => {
          if (error) reject(error);
          else resolve();
        });
      });
    },
    3,
  );
  const end = (error?: Error): void => {
    const [first, ...rest] = ends;
    ends = rest;
    first?.(error);
  };
  return { writes, end, flushed };
}

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('WriteCoalescer', () => {
  it('runs one write at a time and coalesces items that arrive meanwhile, up to its limit', async () => {
    const { writes, end, flushed } = controlled();
    const first = [flushed.add(1), flushed.add(2)];
    await tick();
    const rest = [3, 4, 5, 6].map((item) => flushed.add(item));
    await tick();
    expect(writes).toEqual([[1, 2]]);
    end();
    await Promise.all(first);
    await tick();
    expect(writes).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    end();
    await tick();
    end();
    await Promise.all(rest);
    expect(writes.at(-1)).toEqual([6]);
  });

  it('rejects the items of a failed write and writes the later ones', async () => {
    const { end, flushed } = controlled();
    const failing = flushed.add(1);
    const expected = expect(failing).rejects.toThrow('down');
    await tick();
    const later = flushed.add(2);
    end(new Error('down'));
    await expected;
    await tick();
    end();
    await expect(later).resolves.toBeUndefined();
  });
});
