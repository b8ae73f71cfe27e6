import { jest } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const RACES = 20;
const MAX_WAIT_MS = 1_000;

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

let sleepers: Sleeper[] = [];
const sleep = (ms: number) =>
  // Node's timers know whole milliseconds.
  new Promise<void>((wake) => sleepers.push({ at: performance.now() + Math.trunc(ms), wake }));

jest.unstable_mockModule('node:timers/promises', () => ({ setTimeout: sleep }));
const { ProcessLock } = await import('./process-lock.js');

describe('ProcessLock', () => {
  let folder: string;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    folder = mkdtempSync(join(tmpdir(), 'process-lock-'));
  });
  afterEach(() => {
    jest.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  /** Tries that are made in the same instant: each finds the other in its way, and all fail. */
  async function atOnce(path: string, tries: readonly (() => void)[]): Promise<void> {
    const other = new DatabaseSync(path);
    if (tries.length > 1) other.exec('begin; select * from sqlite_schema');
    for (const attempt of tries) attempt();
    await new Promise(setImmediate);
    other.close();
  }

  /** How many of two that begin in the same instant hold the lock in the end. */
  async function holdersOf(path: string): Promise<number> {
    const locks = [new ProcessLock(path), new ProcessLock(path)];
    const answers: boolean[] = [];
    const begin = (lock: (typeof locks)[number]) => lock.acquire(MAX_WAIT_MS).then((held) => answers.push(held));
    await atOnce(
      path,
      locks.map((lock) => () => void begin(lock)),
    );
    while (sleepers.length > 0) {
      const next = Math.min(...sleepers.map(({ at }) => at));
      const awake = sleepers.filter(({ at }) => at === next);
      sleepers = sleepers.filter(({ at }) => at !== next);
      jest.advanceTimersByTime(next - performance.now());
      await atOnce(
        path,
        awake.map(({ wake }) => wake),
      );
    }
    for (const lock of locks) lock.release();
    return answers.filter(Boolean).length;
  }

  it('goes to exactly one of two whose tries fail in step', async () => {
    const holders: number[] = [];
    for (let race = 0; race < RACES; race += 1) holders.push(await holdersOf(join(folder, String(race))));
    expect(holders).toEqual(Array.from({ length: RACES }, () => 1));
  });
});
