import { jest } from '@jest/globals';
import { sql } from 'kysely';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { basename, dirname, join } from 'node:path';
import { SECOND } from '../../time/duration.js';
import { anExecution } from '../../worker/testing/task-context.fake.js';
import { rowsOf } from '../sql/transaction.js';
import { aCheckpoint, manualClaim, slotClaim } from '../testing/claims.js';
import { removeTemporaryFolders, temporaryPath, TestLedger } from '../testing/test-ledger.js';

const NOBODY = 65_534;

let path: string;
let ledger: TestLedger;

beforeEach(() => {
  path = temporaryPath();
  ledger = new TestLedger(path);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await ledger.store.close();
  removeTemporaryFolders();
});

/** A ledger that was used and closed in order. */
async function used(): Promise<void> {
  await ledger.store.open('service');
  await ledger.runs.claim(Array.from({ length: 200 }, (_, task) => manualClaim(`task_${task}`)));
  await ledger.store.close();
}

async function refusal(role: 'service' | 'command' | 'reader' = 'service'): Promise<string> {
  const error: unknown = await ledger.store.open(role).catch((error: unknown) => error);
  expect(error).toMatchObject({ name: 'LedgerUnavailableError', code: 'LEDGER_UNAVAILABLE' });
  const { message } = error as Error;
  expect(message).toContain(path);
  return message;
}

/** Root may write everywhere: what must be refused is tried as somebody else. */
async function withoutPrivileges<T>(work: () => Promise<T>): Promise<T> {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    if (root) process.seteuid?.(0);
  }
}

function execute(statement: string): Promise<unknown> {
  return ledger.store.read(() => rowsOf((db) => ({ compile: () => sql.raw(statement).compile(db) })));
}

function rootPageOf(table: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  const row = database.prepare('select rootpage from sqlite_schema where name = ?').get(table);
  database.close();
  for (const file of [`${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
  return Number(row?.['rootpage']);
}

/** The file is looked at once a second. */
function aSecondLater(): void {
  const now = performance.now();
  jest.spyOn(performance, 'now').mockImplementation(() => now + SECOND);
}

const files = () => readdirSync(dirname(path));

describe('a start is refused, naming the file, the cause and the remedy', () => {
  it('when the folder is missing, which is not created', async () => {
    rmSync(dirname(path), { recursive: true });
    expect(await refusal()).toMatch(/has no folder: .* does not exist\. Create or mount it/);
    expect(existsSync(dirname(path))).toBe(false);
  });

  it('when the folder is read-only', async () => {
    chmodSync(dirname(path), 0o555);
    expect(await withoutPrivileges(() => refusal())).toMatch(/cannot be opened .* may read and write there/);
  });

  it('when the file is read-only', async () => {
    await used();
    chmodSync(path, 0o444);
    chmodSync(dirname(path), 0o777);
    rmSync(`${path}.service-lock`);
    expect(await withoutPrivileges(() => refusal())).toMatch(/cannot be written .* write access/);
  });

  it('when the file must not be read', async () => {
    await used();
    chmodSync(path, 0o000);
    chmodSync(dirname(path), 0o777);
    rmSync(`${path}.service-lock`);
    expect(await withoutPrivileges(() => refusal())).toMatch(/cannot be opened/);
  });

  it.each<[string, () => void]>([
    ['a folder', () => mkdirSync(path)],
    ['a pipe', () => execFileSync('mkfifo', [path])],
  ])('when it is %s, and nothing is left beside it', async (_, make) => {
    make();
    for (const role of ['service', 'command', 'reader'] as const) {
      expect(await refusal(role)).toMatch(/is a folder, a pipe or a device\. Point DATABASE_URL at a file/);
    }
    expect(files()).toEqual([basename(path)]);
  });

  it('when the file is no database', async () => {
    writeFileSync(path, 'This is a letter to my aunt.\n'.repeat(500));
    expect(await refusal()).toMatch(/is not a SQLite database .* DATABASE_URL/);
    expect(readFileSync(path, 'utf8')).toContain('my aunt');
  });

  it('when the file is the database of another program, which is left as it is', async () => {
    const other = new DatabaseSync(path);
    other.exec('create table customers (id)');
    other.close();
    expect(await refusal()).toMatch(/database of another program: it has the table customers/);
  });

  it('when the file is corrupt, be it where the start itself does not look', async () => {
    await used();
    const page = rootPageOf('items');
    const content = readFileSync(path);
    content.fill(0xa5, (page - 1) * 4096, page * 4096);
    writeFileSync(path, content);
    expect(await refusal()).toMatch(/is corrupt .* Restore it from a backup/);
  });

  it('when the file is cut short', async () => {
    await used();
    truncateSync(path, Math.floor(statSync(path).size / 2));
    expect(await refusal()).toMatch(/is corrupt .* Restore it from a backup/);
  });

  it('when the file was emptied', async () => {
    await used();
    truncateSync(path, 0);
    expect(await refusal()).toMatch(/is empty, though it was in use before\. Restore it/);
    for (const role of ['command', 'reader'] as const) {
      expect(await refusal(role)).toMatch(/is empty, though it was in use before/);
    }
    expect(statSync(path).size).toBe(0);
  });

  it('when the file has disappeared', async () => {
    await used();
    rmSync(path);
    for (const role of ['service', 'command', 'reader'] as const) {
      expect(await refusal(role)).toMatch(
        /is missing, though it was in use before\. .* remove .*\.service-lock to begin/,
      );
    }
    expect(existsSync(path)).toBe(false);
  });

  it('when only the write-ahead log is left', async () => {
    writeFileSync(`${path}-wal`, 'what has not reached the file');
    for (const role of ['service', 'reader'] as const) {
      expect(await refusal(role)).toMatch(/is missing, though it was in use before/);
    }
    expect(existsSync(`${path}-wal`)).toBe(true);
  });

  it('when a newer version has written the file', async () => {
    await used();
    const newer = new DatabaseSync(path);
    newer.exec("insert into ledger_migrations values ('9999-future', '2030-01-01T00:00:00.000Z')");
    newer.close();
    for (const role of ['service', 'command', 'reader'] as const) {
      expect(await refusal(role)).toMatch(/newer version of this program: .* 9999-future\. Run that version/);
    }
  });
});

describe('a start', () => {
  it('succeeds as soon as the cause is gone', async () => {
    rmSync(dirname(path), { recursive: true });
    await refusal();
    mkdirSync(dirname(path));
    await ledger.store.open('service');
    expect(await ledger.store.check()).toEqual({ writable: true, problem: null });
  });

  it('tells of a ledger that it has created, and not of one that was there', async () => {
    const told: unknown[] = [];
    ledger.events.on('ledger.created', (event) => told.push(event));
    await used();
    expect(told).toEqual([{ file: path }]);
    await ledger.store.open('service');
    expect(told).toHaveLength(1);
  });

  it('makes every file for its owner alone, those beside the ledger too', async () => {
    const before = process.umask(0o022);
    try {
      await ledger.store.open('service');
      const command = await ledger.beside('command');
      const modes = files().map((file) => (statSync(join(dirname(path), file)).mode & 0o777).toString(8));
      expect(files()).toHaveLength(5);
      expect(new Set(modes)).toEqual(new Set(['600']));
      await command.store.close();
    } finally {
      process.umask(before);
    }
  });

  it('creates the folder of the default, for its owner alone', async () => {
    const before = process.cwd();
    process.chdir(dirname(path));
    try {
      await using(new TestLedger(join(process.cwd(), 'data', 'worker.db')), async (first) => {
        await first.store.open('service');
      });
    } finally {
      process.chdir(before);
    }
    expect(files()).toContain('data');
    expect(statSync(join(dirname(path), 'data')).mode & 0o777).toBe(0o700);
  });

  it('begins anew where the sign of the earlier ledger was removed', async () => {
    await used();
    rmSync(path);
    rmSync(`${path}.service-lock`);
    await ledger.store.open('service');
    expect(await ledger.history.list({ limit: 10 })).toEqual([]);
  });

  it('after a crash without the write-ahead log has what had reached the file', async () => {
    await used();
    await ledger.store.open('service');
    const crashed = join(dirname(temporaryPath()), basename(path));
    copyFileSync(path, crashed);
    await using(new TestLedger(crashed), async (next) => {
      await next.store.open('service');
      expect(await next.history.list({ limit: 1_000 })).toHaveLength(200);
      expect(await next.runs.takeOver()).toHaveLength(200);
    });
  });

  it('sees through a symbolic link: two names are one ledger', async () => {
    await ledger.store.open('service');
    const link = join(dirname(temporaryPath()), 'link.db');
    symlinkSync(path, link);
    await expect(new TestLedger(link).store.open('service')).rejects.toThrow(/in use by another service/);
  });

  it('sees through a symbolic link that is older than the file', async () => {
    const links = dirname(temporaryPath());
    symlinkSync(dirname(path), join(links, 'real'));
    symlinkSync(join('real', basename(path)), join(links, 'link.db'));
    await using(new TestLedger(join(links, 'link.db')), async (linked) => {
      await linked.store.open('service');
      await expect(ledger.store.open('service')).rejects.toThrow(/in use by another service/);
    });
  });

  it('refuses a file of several names, beside each of which a lock could lie', async () => {
    await ledger.store.open('service');
    await ledger.store.close();
    const other = join(dirname(path), 'other.db');
    linkSync(path, other);
    await expect(new TestLedger(other).store.open('service')).rejects.toThrow(/has 2 names \(hard links\)/);
    rmSync(other);
  });
});

describe('a fault while in use', () => {
  beforeEach(async () => {
    await ledger.store.open('service');
  });

  it('is a disk that is full: refuses, keeps what it has, and goes on when there is room', async () => {
    const execution = await ledger.start(manualClaim('a'));
    await execute('pragma max_page_count = 1');
    const claims = Array.from({ length: 500 }, (_, task) => manualClaim(`task_${task}`));
    await expect(ledger.runs.claim(claims)).rejects.toThrow(/worker\.db has no room: the disk is full .* Free some/);
    expect(await ledger.history.list({ limit: 10 })).toHaveLength(1);

    await execute('pragma max_page_count = 100000');
    expect((await ledger.runs.claim(claims)).every((answer) => answer && 'execution' in answer)).toBe(true);
    expect((await ledger.runs.finish(execution, { status: 'succeeded' })).status).toBe('succeeded');
  });

  it('is a file that was removed: refuses until it is put back', async () => {
    const aside = `${path}.aside`;
    renameSync(path, aside);
    aSecondLater();
    await expect(ledger.claim(manualClaim('a'))).rejects.toThrow(/worker\.db was removed or replaced while in use/);
    expect(await ledger.store.check()).toEqual({ writable: false, problem: expect.stringContaining('Put it back') });
    renameSync(aside, path);
    expect(await ledger.store.check()).toEqual({ writable: true, problem: null });
    expect((await ledger.claim(manualClaim('a')))?.run.status).toBe('running');
  });

  it('is a file that was replaced', async () => {
    copyFileSync(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);
    aSecondLater();
    await expect(ledger.claim(manualClaim('a'))).rejects.toThrow(/removed or replaced while in use/);
  });

  it('is a lock of another program: waits for it, and lets other work go on meanwhile', async () => {
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    const begun = performance.now();
    let turns = 0;
    const ticking = setInterval(() => {
      if (++turns === 10) other.exec('commit');
    }, 5);
    try {
      expect((await ledger.claim(manualClaim('a')))?.run.status).toBe('running');
      expect(turns).toBeGreaterThanOrEqual(10);
      expect(performance.now() - begun).toBeLessThan(2_000);
    } finally {
      clearInterval(ticking);
      other.close();
    }
  });
});

describe('outside of open and close', () => {
  const calls: Record<string, () => Promise<unknown>> = {
    claim: () => ledger.claim(manualClaim('a')),
    startNext: () => ledger.runs.startNext('a'),
    checkpoint: () => ledger.runs.checkpoint(anExecution(), aCheckpoint()),
    finish: () => ledger.runs.finish(anExecution(), { status: 'failed' }),
    takeOver: () => ledger.runs.takeOver(),
    list: () => ledger.history.list({ limit: 1 }),
    find: () => ledger.history.find('1'),
    failedItems: () => ledger.history.failedItems('1'),
    overview: () => ledger.history.overview(),
    prune: () => ledger.history.prune({ maxAge: 1, maxRunsPerTask: 1 }),
    troubled: () => ledger.items.troubled('a'),
    recordCrash: () => ledger.items.recordCrash('a', ['1']),
    adopt: () => ledger.schedules.adopt([], new Date(), () => []),
  };

  it.each(Object.entries(calls))('%s is refused', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await ledger.store.open('service');
    await ledger.store.close();
    await expect(call()).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });

  it('check says so', async () => {
    expect(await ledger.store.check()).toEqual({ writable: false, problem: expect.stringContaining(path) });
  });

  it('closing is harmless, however often', async () => {
    await ledger.store.close();
    await ledger.store.open('service');
    await Promise.all([ledger.store.close(), ledger.store.close()]);
  });

  it('closing during the start ends it', async () => {
    const opening = ledger.store.open('service');
    await ledger.store.close();
    await opening.catch(() => undefined);
    await expect(ledger.history.list({ limit: 1 })).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await expect(new TestLedger(path).store.open('service')).resolves.toBeUndefined();
  });

  it('closing waits for what was asked for before', async () => {
    await ledger.store.open('service');
    const claimed = ledger.claim(manualClaim('a'));
    await ledger.store.close();
    expect((await claimed)?.run.status).toBe('running');
  });
});

describe('a reader', () => {
  it('finds no ledger where there is none, and creates nothing', async () => {
    await expect(ledger.store.open('reader')).rejects.toThrow(`There is no ledger at ${path}`);
    expect(files()).toEqual([]);
  });

  it('finds no ledger where there is no folder either', async () => {
    rmSync(dirname(path), { recursive: true });
    await expect(ledger.store.open('reader')).rejects.toMatchObject({ code: 'LEDGER_MISSING' });
  });

  it('finds a ledger that has come meanwhile', async () => {
    await expect(ledger.store.open('reader')).rejects.toMatchObject({ code: 'LEDGER_MISSING' });
    const service = await ledger.beside('service');
    await service.start(slotClaim('a', ledger.clock.now()));
    await ledger.store.open('reader');
    expect(await ledger.history.list({ limit: 10 })).toHaveLength(1);
    await service.store.close();
    expect(await ledger.history.list({ limit: 10 })).toHaveLength(1);
  });

  it('misses a ledger that disappears under a service', async () => {
    const service = await ledger.beside('service');
    rmSync(path);
    expect(await refusal('reader')).toMatch(/is missing, though it was in use before/);
    await service.store.close();
  });

  it('finds no ledger where a first start got no further than its lock', async () => {
    writeFileSync(`${path}.service-lock`, '');
    await expect(ledger.store.open('reader')).rejects.toMatchObject({ code: 'LEDGER_MISSING' });
    expect(statSync(`${path}.service-lock`).size).toBe(0);
  });

  it('knows the service that runs, and that none does', async () => {
    await used();
    const service = await ledger.beside('service');
    await service.services.announce({ url: 'http://127.0.0.1:3000', tasks: [] });
    await ledger.store.open('reader');
    expect(await ledger.services.running()).toMatchObject({ announcement: { url: 'http://127.0.0.1:3000' } });
    await service.store.close();
    expect(await ledger.services.running()).toBeNull();
  });

  it('shows a run as interrupted whose process is dead', async () => {
    const command = await ledger.beside('command');
    const { run } = await command.start(manualClaim('a'));
    await ledger.store.open('reader');
    expect(await ledger.history.find(run.id)).toMatchObject({ status: 'running' });
    const file = new DatabaseSync(path);
    file.exec('create temp table entries as select * from processes');
    await command.store.close();
    // A process that was killed has left its entry, and no lock.
    file.exec('insert into processes select * from entries');
    file.close();
    expect(await ledger.history.find(run.id)).toMatchObject({ status: 'interrupted' });
  });

  it('leaves a ledger that is not in use as it is', async () => {
    await used();
    const before = files();
    await ledger.store.open('reader');
    expect(await ledger.history.list({ limit: 1_000 })).toHaveLength(200);
    expect(files()).toEqual(before);
  });

  it('needs no right to write to the folder', async () => {
    await used();
    chmodSync(path, 0o644);
    chmodSync(dirname(path), 0o555);
    const runs = await withoutPrivileges(async () => {
      await ledger.store.open('reader');
      return ledger.history.list({ limit: 1_000 });
    });
    expect(runs).toHaveLength(200);
    chmodSync(dirname(path), 0o755);
  });

  it('writes nothing', async () => {
    await used();
    await ledger.store.open('reader');
    await expect(ledger.claim(manualClaim('a'))).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await expect(ledger.history.prune({ maxAge: 0, maxRunsPerTask: 0 })).rejects.toThrow(/for reading only/);
    expect(await ledger.store.check()).toMatchObject({ writable: false });
  });

  it('says what is wrong with the file', async () => {
    writeFileSync(path, 'This is a letter to my aunt.\n'.repeat(500));
    expect(await refusal('reader')).toMatch(/is not a SQLite database/);
  });
});

async function using(other: TestLedger, work: (other: TestLedger) => Promise<void>): Promise<void> {
  try {
    await work(other);
  } finally {
    await other.store.close();
  }
}
