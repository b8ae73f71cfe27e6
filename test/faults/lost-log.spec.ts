import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, readSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stopwatch } from './process/stopwatch.ts';
import { type Scenario, settings, TASKS } from './scenario.ts';
import { useScenario } from './use-scenario.ts';
import type { WorkerProcess } from './worker-process.ts';

const SHUTDOWN_TIMEOUT_MS = 2_000;
const INTERVAL_MS = 100;
/** Four tasks every 100 ms write 100 kB of log in five seconds, more than a pipe holds. */
const WATCHED_MS = process.env['FAULTS'] === 'full' ? 60_000 : 5_000;

const busy = {
  ...Object.assign({}, ...TASKS.map((task) => settings(task, { SCHEDULE: `every ${INTERVAL_MS}ms` }))),
  LOG_LEVEL: 'trace',
  SHUTDOWN_TIMEOUT: `${SHUTDOWN_TIMEOUT_MS}ms`,
} as Record<string, string>;

const isRoot = process.getuid?.() === 0;

/** Asks for signs of life as a probe does, and answers how long the slowest of them took. */
async function slowestProbe(worker: WorkerProcess): Promise<number> {
  let slowest = 0;
  for (const end = Date.now() + WATCHED_MS; Date.now() < end;) {
    const stopwatch = new Stopwatch();
    await worker.health('/health/live', (status) => status === 200);
    slowest = Math.max(slowest, stopwatch.elapsed());
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
  return slowest;
}

/** Starts a busy service on that log, and stops it. Returns when its last run was asked for. */
async function workThrough({ current }: { current: Scenario }, stdout: number): Promise<void> {
  const worker = await current.ready(busy, { stdout });
  expect(await slowestProbe(worker)).toBeLessThan(1_000);
  await current.server.nextRequest();
  const stopwatch = new Stopwatch();
  const exit = await worker.stop('SIGTERM');
  expect(exit).toMatchObject({ code: 0 });
  expect(stopwatch.elapsed(exit.at)).toBeLessThan(SHUTDOWN_TIMEOUT_MS + 1_000);
  for (const task of TASKS) {
    const runs = await current.history(task);
    expect(runs.length).toBeGreaterThan(WATCHED_MS / INTERVAL_MS / 2);
    expect(runs.every(({ finishedAt }) => finishedAt !== null)).toBe(true);
  }
}

describe('a worker whose log cannot be written', () => {
  const test = useScenario();
  const opened: number[] = [];

  const open = (path: string, flags: number) => {
    const descriptor = openSync(path, flags);
    opened.push(descriptor);
    return descriptor;
  };

  beforeEach(() => {
    test.expectations = { intervals: Object.fromEntries(TASKS.map((task) => [task, INTERVAL_MS])) };
  });
  afterEach(() => {
    for (const descriptor of opened.splice(0)) closeSync(descriptor);
  });

  it('works on under > /dev/full', () => workThrough(test, open('/dev/full', constants.O_WRONLY)));

  it('works on while the reader of its log sleeps', async () => {
    const path = join(test.current.folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const pipe = open(path, constants.O_RDWR);
    await workThrough(test, pipe);
    expect(readSync(pipe, Buffer.alloc(1024 * 1024))).toBeGreaterThan(60_000);
  });

  // A file system of its own can be mounted by root only.
  (isRoot ? it : it.skip)('works on while the disk of its log is full', async () => {
    const disk = join(test.current.folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
    try {
      const log = openSync(join(disk, 'log'), 'a');
      try {
        writeFileSync(join(disk, 'filler'), Buffer.alloc(60 * 1024));
        await workThrough(test, log);
        expect(statfsSync(disk).bavail).toBe(0);
      } finally {
        closeSync(log);
      }
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
