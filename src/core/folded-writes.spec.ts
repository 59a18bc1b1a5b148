import { FoldedWrites } from './folded-writes.js';

function controlled(): { writes: number[][]; end: (error?: Error) => void; folded: FoldedWrites<number> } {
  const writes: number[][] = [];
  let ends: ((error?: Error) => void)[] = [];
  const folded = new FoldedWrites<number>((items) => {
    writes.push([...items]);
    return new Promise((resolve, reject) => {
      ends.push((error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }, 3);
  const end = (error?: Error): void => {
    const [first, ...rest] = ends;
    ends = rest;
    first?.(error);
  };
  return { writes, end, folded };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('FoldedWrites', () => {
  it('writes one at a time, and folds what comes meanwhile, up to its limit', async () => {
    const { writes, end, folded } = controlled();
    const first = [folded.add(1), folded.add(2)];
    await turn();
    const rest = [3, 4, 5, 6].map((item) => folded.add(item));
    await turn();
    expect(writes).toEqual([[1, 2]]);
    end();
    await Promise.all(first);
    await turn();
    expect(writes).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    end();
    await turn();
    end();
    await Promise.all(rest);
    expect(writes.at(-1)).toEqual([6]);
  });

  it('fails those of a failed write and goes on with the others', async () => {
    const { end, folded } = controlled();
    const failing = folded.add(1);
    const expected = expect(failing).rejects.toThrow('down');
    await turn();
    const later = folded.add(2);
    end(new Error('down'));
    await expected;
    await turn();
    end();
    await expect(later).resolves.toBeUndefined();
  });
});
