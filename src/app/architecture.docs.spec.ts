import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

/** Wires the sub-rooms: it imports all of them, and importing it imports all of `deliveries`. */
const WIRING = 'src/deliveries/deliveries.module.ts';

/** `src/main.ts` starts a process and belongs to no room. */
const START = 'src/main.ts';

const documented = readDocumentedArrows();
const imported = readImportedArrows();

describe('docs/architecture.md', () => {
  it('names every room of src/ and no other', () => {
    expect([...documented.keys()].sort()).toEqual([...imported.keys()].sort());
  });

  it.each([...imported])('names what %s imports', (room, targets) => {
    expect([...(documented.get(room) ?? [])].sort()).toEqual([...targets].sort());
  });

  it('has no circle', () => {
    const circle = [...documented.keys()].flatMap((room) => findCircle(documented, [room]))[0];
    expect(circle).toBeUndefined();
  });
});

function readDocumentedArrows(): Arrows {
  const page = readFileSync('docs/architecture.md', 'utf8');
  const block = /```arrows\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const lines = block.split('\n').filter((line) => line.trim() !== '');
  return new Map(
    lines.map((line) => {
      const [room = '', targets = ''] = line.split('->').map((part) => part.trim());
      return [room, new Set(targets.split(',').flatMap((target) => target.trim() || []))];
    }),
  );
}

function readImportedArrows(): Arrows {
  const arrows = new Map<string, Set<string>>();
  for (const file of listSources('src')) {
    if (file === START || file === WIRING || file.endsWith('.spec.ts')) continue;
    const from = toRoom(file);
    const rooms = readImports(file)
      .filter((target) => target !== WIRING)
      .map(toRoom)
      .filter((room) => room !== from);
    arrows.set(from, new Set([...(arrows.get(from) ?? []), ...rooms]));
  }
  return arrows;
}

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

/** The files that a source imports from `src/`, at its head or later. */
function readImports(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  const imports = source.matchAll(/(?:from|import\()\s*'(\.{1,2}\/[^']+)'/g);
  return [...imports].map(([, path = '']) => normalize(join(dirname(file), path)).replace(/\.js$/, '.ts'));
}

/** The folder below `src/`; below `src/deliveries/` its sub-room. */
function toRoom(file: string): string {
  const [, room = '', subRoom = ''] = file.split('/');
  return room === 'deliveries' ? `${room}/${subRoom}` : room;
}

function findCircle(arrows: Arrows, path: readonly string[]): string[] {
  const targets = [...(arrows.get(path.at(-1) ?? '') ?? [])];
  for (const target of targets) {
    if (target === path[0]) return [[...path, target].join(' -> ')];
    if (path.includes(target)) continue;
    const circle = findCircle(arrows, [...path, target]);
    if (circle.length > 0) return circle;
  }
  return [];
}
