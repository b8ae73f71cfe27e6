import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { basename, dirname, join } from 'node:path';
import { createCopies } from '../store.factory.js';
import { manualClaim } from '../testing/claims.js';
import { removeTemporaryFolders, temporaryPath, TestLedger } from '../testing/test-ledger.js';
import { SqliteLedgerCopies } from './sqlite-ledger-copies.js';

let path: string;
let target: string;
let ledger: TestLedger;
let copies: SqliteLedgerCopies;

beforeEach(() => {
  path = temporaryPath();
  target = join(dirname(temporaryPath()), 'backup.db');
  ledger = new TestLedger(path);
  copies = new SqliteLedgerCopies(path, ledger.clock);
});

afterEach(async () => {
  await ledger.store.close();
  removeTemporaryFolders();
});

const files = (of: string) => readdirSync(dirname(of)).sort();
const backUp = () => copies.backUp(target, { overwrite: false });

async function runsIn(file: string): Promise<string[]> {
  const other = await TestLedger.open('reader', file);
  const runs = await other.history.list({ limit: 1_000 });
  return runs.map(({ task }) => task).sort();
}

/** A ledger that was used and closed in order. */
async function used(...tasks: string[]): Promise<void> {
  await ledger.store.open('service');
  await ledger.runs.claim(tasks.map((task) => manualClaim(task)));
  await ledger.store.close();
}

/** Leaves what a killed service has recorded last in the log alone. */
async function crashed(...tasks: string[]): Promise<void> {
  await ledger.store.open('service');
  await ledger.runs.claim(tasks.map((task) => manualClaim(task)));
  await crash();
}

/** As a kill leaves the files. */
async function crash(): Promise<void> {
  const left = ['', '-wal', '.service-lock'].map((ending) => [`${path}${ending}`, readFileSync(`${path}${ending}`)]);
  await ledger.store.close();
  for (const [file, content] of left as [string, Buffer][]) writeFileSync(file, content);
}

describe('a backup', () => {
  it('has what a service that works has recorded, in a file for its owner alone', async () => {
    await ledger.store.open('service');
    await ledger.claim(manualClaim('a'));
    expect(await backUp()).toEqual({ ledger: path, file: target, bytes: statSync(target).size });
    await ledger.claim(manualClaim('b'));
    expect(await runsIn(target)).toEqual(['a']);
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(files(target)).toEqual(['backup.db']);
  });

  it('has what a killed service has recorded', async () => {
    await crashed('a', 'b');
    await backUp();
    expect(await runsIn(target)).toEqual(['a', 'b']);
  });

  it('of a ledger that is not in use leaves that as it is', async () => {
    await used('a');
    const before = files(path);
    await backUp();
    expect(files(path)).toEqual(before);
    expect(await runsIn(target)).toEqual(['a']);
  });

  it('replaces a file only when it is told to', async () => {
    await used('a');
    writeFileSync(target, 'a letter');
    await expect(backUp()).rejects.toThrow(/is there already\. Name another file, or add --overwrite/);
    expect(readFileSync(target, 'utf8')).toBe('a letter');
    await copies.backUp(target, { overwrite: true });
    expect(await runsIn(target)).toEqual(['a']);
  });

  it.each(['', '-wal', '.service-lock'])('is never written over the ledger itself: worker.db%s', async (ending) => {
    await used('a');
    await expect(copies.backUp(`${path}${ending}`, { overwrite: true })).rejects.toThrow(/is the ledger itself/);
    expect(await runsIn(path)).toEqual(['a']);
  });

  it('that cannot be written says where, and leaves nothing', async () => {
    await used('a');
    target = join(dirname(target), 'absent', 'backup.db');
    await expect(backUp()).rejects.toThrow(/There is no folder .*absent for the backup\. Create it/);
    expect(existsSync(dirname(target))).toBe(false);
  });

  it('of a ledger that was never there creates nothing', async () => {
    await expect(backUp()).rejects.toMatchObject({ code: 'LEDGER_MISSING' });
    expect([...files(path), ...files(target)]).toEqual([]);
  });

  it('of a damaged ledger is refused, and leaves nothing', async () => {
    await used(...Array.from({ length: 200 }, (_, index) => `task_${index}`));
    const content = readFileSync(path);
    writeFileSync(path, content.fill(0xa5, content.length / 2));
    await expect(backUp()).rejects.toThrow(/worker\.db is corrupt/);
    expect(files(target)).toEqual([]);
  });
});

describe('the copies of a ledger on PostgreSQL', () => {
  it('are made by its own tools, which are named', () => {
    const database = { url: 'postgres://ada:secret@db.example.com/work', schema: 'task_worker' };
    expect(() => createCopies(database, ledger.clock)).toThrow(/ada@db\.example\.com.* pg_dump --schema=task_worker/);
    expect(() => createCopies(database, ledger.clock)).not.toThrow('secret');
  });
});

describe('restoring', () => {
  it('puts the backup in place of what a killed service left, log included, and keeps that', async () => {
    await used('a');
    await backUp();
    await crashed('b');
    const restored = await copies.restore(target);
    expect(restored).toEqual({ ledger: path, file: target, runs: 1, replaced: expect.stringContaining('.before-') });
    expect(await runsIn(path)).toEqual(['a']);
    await ledger.store.open('service');
    expect(await runsIn(path)).toEqual(['a']);
    expect(await runsIn(restored.replaced ?? '')).toEqual(['a', 'b']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('puts it where the ledger was lost', async () => {
    await used('a');
    await backUp();
    for (const file of files(path)) rmSync(join(dirname(path), file));
    expect(await copies.restore(target)).toMatchObject({ runs: 1, replaced: null });
    expect(await runsIn(path)).toEqual(['a']);
  });

  it.each(['service', 'command'] as const)('is refused while a %s has the ledger', async (role) => {
    await used('a');
    await backUp();
    await ledger.store.open(role);
    const before = files(path);
    await expect(copies.restore(target)).rejects.toThrow(`worker.db is in use by a ${role}. Stop it first`);
    expect(files(path).filter((file) => !file.endsWith('service-lock'))).toEqual(
      before.filter((file) => !file.endsWith('service-lock')),
    );
  });

  const damages: [string, () => void, RegExp][] = [
    ['is not there', () => rmSync(target), /There is no backup at/],
    ['is no database', () => writeFileSync(target, 'a letter\n'.repeat(999)), /is not a SQLite database/],
    ['is damaged', () => writeFileSync(target, readFileSync(target).fill(0xa5, 20_000)), /is corrupt/],
    ['is cut short', () => writeFileSync(target, readFileSync(target).subarray(0, 20_000)), /is corrupt/],
    ['is empty', () => writeFileSync(target, ''), /is not a backup of a ledger/],
    ['is of a newer version', () => sql("insert into ledger_migrations values ('9999-x', '')"), /newer version/],
    ['is of another program', () => sql('drop table ledger_migrations'), /database of another program/],
  ];
  const sql = (statement: string) => {
    const database = new DatabaseSync(target);
    database.exec(statement);
    database.close();
  };

  it.each(damages)('a backup that %s is refused, and the ledger stays', async (_, damage, reason) => {
    await used('a');
    await backUp();
    await used('b');
    damage();
    await expect(copies.restore(target)).rejects.toThrow(reason);
    expect(await runsIn(path)).toEqual(['a', 'b']);
    expect(files(path)).toEqual([basename(path), `${basename(path)}.service-lock`]);
  });

  it('the ledger from itself is refused', async () => {
    await used('a');
    await expect(copies.restore(path)).rejects.toThrow(/is the ledger itself/);
  });
});

describe('a start on a backup that was copied beside the log of the file before', () => {
  const read = () => new DatabaseSync(path, { readOnly: true });
  const ways: [string, () => unknown][] = [
    ['by the worker', backUp],
    ["by SQLite's backup", () => backup(read(), target)],
    ['by VACUUM INTO', () => read().exec(`vacuum into '${target}'`)],
    ['as a file, while it was not in use', () => copyFileSync(path, target)],
  ];

  it.each(ways)('is refused where it was made %s, and says what to do', async (_, make) => {
    await used('a');
    await make();
    await crashed('b');
    copyFileSync(target, path);
    for (const role of ['service', 'command', 'reader'] as const) {
      await expect(ledger.store.open(role)).rejects.toThrow(
        /worker\.db is another file than the one that worker\.db-wal belongs to: .* `worker restore`/,
      );
    }
    await copies.restore(target);
    expect(await runsIn(path)).toEqual(['a']);
  });

  it('is refused where it was made while that service ran', async () => {
    await ledger.store.open('service');
    await ledger.claim(manualClaim('a'));
    await backUp();
    await ledger.store.close();
    await crashed('b');
    copyFileSync(target, path);
    await expect(ledger.store.open('service')).rejects.toThrow(/is another file/);
    for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
    await ledger.store.open('service');
    expect(await runsIn(path)).toEqual(['a']);
  });

  const changes = ['vacuum', 'create index foreign_index on runs (task)'];
  const change = (statement: string) => {
    const other = new DatabaseSync(path);
    other.exec(statement);
    other.close();
  };
  /** What the service has recorded after the change is in the log alone. */
  async function crashedAfter(statement: string, { notices }: { readonly notices: boolean }): Promise<void> {
    await ledger.store.open('service');
    await ledger.commands.changeMark();
    change(`${statement}; pragma wal_checkpoint(truncate)`);
    if (notices) await ledger.commands.changeMark();
    await ledger.runs.claim([manualClaim('b')]);
    await crash();
  }

  it.each(changes)('is told from a crash after %s by another program', async (statement) => {
    await used('a');
    await crashedAfter(statement, { notices: true });
    expect(await runsIn(path)).toEqual(['a', 'b']);
    await ledger.store.open('service');
    expect(await runsIn(path)).toEqual(['a', 'b']);
  });

  it.each(changes)('names the remedy that keeps the log after %s just before the crash', async (statement) => {
    await used('a');
    await crashedAfter(statement, { notices: false });
    await expect(ledger.store.open('service')).rejects.toThrow(/After VACUUM .*remove worker\.db\.service-lock/);
    rmSync(`${path}.service-lock`);
    await ledger.store.open('service');
    expect(await runsIn(path)).toEqual(['a', 'b']);
  });

  it('succeeds after a crash on the file that the log belongs to, again and again', async () => {
    await crashed('a');
    await crashed('b');
    await ledger.store.open('service');
    expect(await runsIn(path)).toEqual(['a', 'b']);
  });
});
