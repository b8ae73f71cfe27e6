import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../built-program.ts';
import { drawnWalk, listedWalk, unreachable } from './walks/listed-walk.ts';
import { walk, type Walks } from './walks/walks.ts';

const MAX_WALK_MS = 270_000;
const MAX_FILES = { slot: 14, order: 16 } as const;

describe('The walks in docs/architecture.md', () => {
  const text = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const listed = (name: string) => listedWalk(text, name);
  let walks: Walks;

  beforeAll(async () => {
    walks = await walk();
  }, MAX_WALK_MS);

  it.each(['slot', 'order'] as const)('list the files that a %s enters, in their order', (name) => {
    expect(listed(name).map(({ path }) => path)).toEqual(walks[name]);
  });

  it.each(['slot', 'order'] as const)('draw the files that they list: %s', (name) => {
    expect(drawnWalk(text, name)).toEqual(listed(name).map(({ path }) => basename(path, '.ts')));
  });

  it.each(['slot', 'order'] as const)('keep the way of a %s short', (name) => {
    expect(walks[name].length).toBeLessThanOrEqual(MAX_FILES[name]);
  });

  it('list files that the start enters before the first slot', () => {
    const paths = listed('boot').map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !walks.boot.includes(path))).toEqual([]);
  });

  it.each(['boot', 'slot', 'order'])('lead from file to file: %s', (name) => {
    expect(unreachable(listed(name))).toEqual([]);
  });

  it('are found broken where a file is not reached', () => {
    const path = 'src/time/clock.ts';
    expect(
      unreachable([
        { path: 'src/main.ts', through: undefined },
        { path, through: undefined },
      ]),
    ).toEqual([path]);
  });
});
