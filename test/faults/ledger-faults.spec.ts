import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { limitFileSize } from './file-size-limit.ts';
import { lazy } from './lazy.ts';
import { readLedger } from './ledger-reader.ts';
import { Stopwatch } from './process/stopwatch.ts';
import { Scenario, settings } from './scenario.ts';
import { useScenario } from './use-scenario.ts';

/** Bytes of a page, SQLite's default. */
const PAGE = 4_096;
const EVERY_SECOND = settings('cleanup_old_orders', { SCHEDULE: 'every 1s' });

/** A ledger with a run in it, whose service has stopped; made once. */
const usedLedgerFiles = lazy(async () => {
  const scenario = await Scenario.begin();
  try {
    const worker = await scenario.ready(EVERY_SECOND);
    await worker.log.find('Run succeeded');
    await worker.stop();
    const files = readdirSync(scenario.folder).filter((name) => name.startsWith('worker.db'));
    return new Map(files.map((name) => [name, readFileSync(join(scenario.folder, name))]));
  } finally {
    await scenario.end();
  }
});

async function usedLedger(scenario: Scenario): Promise<void> {
  for (const [name, content] of await usedLedgerFiles()) writeFileSync(join(scenario.folder, name), content);
}

/** The service refuses to start; what it said. */
async function refusal(scenario: Scenario, environment = {}, launch = {}): Promise<string> {
  const worker = await scenario.start(environment, launch);
  expect(await worker.exit()).toMatchObject({ code: 1 });
  return worker.errorOutput.text;
}

describe('the service refuses to start', () => {
  const test = useScenario();

  it('beside another service on its ledger, and names it; that one goes on', async () => {
    const { server } = test.current;
    const worker = await test.current.ready(EVERY_SECOND);
    const message = await refusal(test.current, EVERY_SECOND);
    expect(message).toContain(test.current.ledger);
    expect(message).toContain(`process ${worker.pid}`);
    await server.nextRequest('clean up');
    await worker.stop();
  });

  it('in a folder that does not exist, and creates none', async () => {
    const missing = join(test.current.folder, 'missing', 'worker.db');
    expect(await refusal(test.current, { DATABASE_URL: `sqlite:${missing}` })).toContain(missing);
    expect(existsSync(missing)).toBe(false);
  });

  it('in a folder that is read-only', async () => {
    const folder = join(test.current.folder, 'read-only');
    mkdirSync(folder);
    chmodSync(test.current.folder, 0o755);
    chmodSync(folder, 0o555);
    const ledger = join(folder, 'worker.db');
    expect(await refusal(test.current, { DATABASE_URL: `sqlite:${ledger}` }, asNobody())).toContain(ledger);
    expect(existsSync(ledger)).toBe(false);
  });

  it('on a file that may only be read', async () => {
    const { folder, ledger } = test.current;
    await usedLedger(test.current);
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o666);
    chmodSync(folder, 0o777);
    chmodSync(ledger, 0o444);
    const before = readFileSync(ledger);
    expect(await refusal(test.current, {}, asNobody())).toContain(`${ledger} cannot be written`);
    expect(readFileSync(ledger).equals(before)).toBe(true);
  });

  it.each([
    ['corrupt', (file: string) => overwrite(file, PAGE)],
    ['damaged where no start looks', (file: string) => overwrite(file, pageOf(file, 'failed_items'), PAGE)],
    ['truncated', (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2))],
    ['truncated to nothing', (file: string) => truncateSync(file, 0)],
    ['removed though it was in use', (file: string) => rmSync(file)],
    ['replaced by a text file', (file: string) => writeFileSync(file, 'this is no database\n'.repeat(500))],
    [
      'written by a newer version',
      (file: string) => execute(file, "insert into ledger_migrations values ('9999-later', '')"),
    ],
    ['the database of another program', (file: string) => anotherProgram(file)],
  ])('on a ledger that is %s, names the file and leaves it as it is', async (_, damage) => {
    test.expectations = { ledger: false };
    await usedLedger(test.current);
    const { ledger } = test.current;
    damage(ledger);
    const before = existsSync(ledger) && readFileSync(ledger);
    expect(await refusal(test.current)).toContain(ledger);
    expect(existsSync(ledger) && readFileSync(ledger)).toEqual(before);
  });
});

describe('a command that only looks', () => {
  const test = useScenario();

  it.each([
    ['emptied', (file: string) => truncateSync(file, 0)],
    ['removed', (file: string) => rmSync(file)],
  ])('says of a ledger that was %s what the service says', async (_, damage) => {
    test.expectations = { ledger: false };
    await usedLedger(test.current);
    const { ledger } = test.current;
    const [run] = await test.current.history();
    damage(ledger);
    const said = /The ledger \S+ is \w+, though it was in use before\. .*/.exec(await refusal(test.current))?.[0];
    for (const parameters of [['history', '--json'], ['list', '--json'], ['show', run!.id, '--json'], ['history']]) {
      const { code, stdout, stderr } = await test.current.run(parameters);
      expect({ code, stdout, stderr: stderr.trim() }).toEqual({ code: 1, stdout: '', stderr: said });
    }
    expect(existsSync(ledger) && statSync(ledger).size > 0).toBe(false);
  });

  it('says so, and creates nothing, where there has never been a ledger', async () => {
    test.expectations = { ledger: false };
    const { code, stdout, stderr } = await test.current.run(['history', '--json']);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^There is no ledger/),
    });
    expect(readdirSync(test.current.folder)).toEqual([]);
  });
});

describe('the service starts', () => {
  const test = useScenario();

  it('on a ledger with an older schema, and migrates it', async () => {
    const { ledger } = test.current;
    execute(
      ledger,
      `create table ledger_migrations (name varchar(255) primary key, timestamp varchar(255) not null);
       create table ledger_migrations_lock (id varchar(255) primary key, is_locked integer not null default 0);
       insert into ledger_migrations_lock values ('migration_lock', 0)`,
    );
    const worker = await test.current.ready(EVERY_SECOND);
    await worker.log.find('Run succeeded');
    await worker.stop();
  });

  it('on a ledger that lost its write-ahead log, with what the file itself holds', async () => {
    await usedLedger(test.current);
    const { ledger, server } = test.current;
    const before = readLedger(ledger).runs;
    const worker = await test.current.ready(EVERY_SECOND);
    await server.nextRequest('clean up');
    await worker.stop('SIGKILL');
    rmSync(`${ledger}-wal`);
    rmSync(`${ledger}-shm`, { force: true });
    const again = await test.current.ready(EVERY_SECOND);
    await again.log.find('Run succeeded');
    await again.stop();
    expect(readLedger(ledger).runs).toEqual(expect.arrayContaining([...before]));
  });
});

describe('a ledger that fails in use', () => {
  const test = useScenario();

  it('on a full disk in mid-run: not ready, no effect lost, ready with room', async () => {
    const { server } = test.current;
    server.model.latency = 5;
    server.model.addNumberedOrders(600);
    const worker = await test.current.start({
      ...settings('process_pending_orders', { SCHEDULE: 'every 30d', CATCH_UP: 'skip' }),
      RUN_ON_START: 'true',
      DATA_API_CONCURRENCY: '4',
    });
    await server.nextRequest('process order');
    limitFileSize(worker, 4_096);
    await worker.log.find('Cannot record the run');
    const unready = await worker.health('/health/ready', (status) => status === 503);
    expect(JSON.stringify(unready.body)).toMatch(/disk|room|written/);
    expect((await worker.health('/health/live')).status).toBe(200);
    limitFileSize(worker, 'unlimited');
    await worker.ready();
    await worker.log.find('Run succeeded');
    await worker.stop();
    expect(await test.current.history()).toMatchObject([
      { status: 'succeeded', attempt: 1, items: { succeeded: 600 } },
    ]);
    expect(server.model.keys.repeats).toBe(0);
  });

  it('on a full disk: no slot is lost and none runs twice', async () => {
    const { server } = test.current;
    const worker = await test.current.ready(EVERY_SECOND);
    await server.nextRequest('clean up');
    await worker.log.find('Run succeeded');
    limitFileSize(worker, 4_096);
    await worker.log.find('Cannot record due slots');
    await worker.health('/health/ready', (status) => status === 503);
    limitFileSize(worker, 'unlimited');
    await worker.ready();
    await server.nextRequest('clean up');
    await worker.stop();
    test.expectations = { intervals: { cleanup_old_orders: 1_000 } };
  });

  it('locked by another program: work waits, and goes on without the lock', async () => {
    const { ledger, server } = test.current;
    const worker = await test.current.ready(EVERY_SECOND);
    await worker.log.find('Run succeeded');
    const other = new DatabaseSync(ledger);
    other.exec('begin immediate');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    other.exec('rollback');
    other.close();
    await server.nextRequest('clean up');
    await worker.log.next('Run succeeded');
    await worker.stop();
    expect(worker.log.matching(({ level }) => level === 'error')).toEqual([]);
    test.expectations = { intervals: { cleanup_old_orders: 1_000 } };
  });

  it('moved away: not ready, and ready again when it is back', async () => {
    const { ledger, server } = test.current;
    const worker = await test.current.ready(EVERY_SECOND);
    await worker.log.find('Run succeeded');
    renameSync(ledger, `${ledger}.aside`);
    const { body } = await worker.health('/health/ready', (status) => status === 503);
    expect(JSON.stringify(body)).toContain(ledger);
    renameSync(`${ledger}.aside`, ledger);
    await worker.ready();
    await server.nextRequest('clean up');
    await worker.log.next('Run succeeded');
    await worker.stop();
  });
});

describe('a ledger that fails under `worker run`', () => {
  const test = useScenario();

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'lets the first %s end it in time, and the next run resume',
    async (signal) => {
      const { server } = test.current;
      server.model.addNumberedOrders(300);
      const environment = { DATA_API_CONCURRENCY: '4', SHUTDOWN_TIMEOUT: '1s' };
      const command = test.current.command(['run', 'process_pending_orders', '--json'], environment);
      await server.nextRequest('process order');
      limitFileSize(command, PAGE);
      await command.errorOutput.find('Cannot record the run');
      const stopwatch = new Stopwatch();
      const exit = await command.stop(signal, 10_000);
      expect(exit).toMatchObject({ code: 1 });
      expect(stopwatch.elapsed(exit.at)).toBeLessThanOrEqual(2_000);
      expect(JSON.parse(command.log.text)).toMatchObject({ status: 'interrupted', reason: 'not recorded' });
      expect(command.errorOutput.text).toMatch(/Run \S+ is left open.*the next start resumes it/);
      const { code, run } = await test.current.runTask('process_pending_orders');
      expect({ code, run }).toMatchObject({ code: 0, run: { status: 'succeeded', attempt: 2 } });
    },
  );
});

/** Permissions do not bind root. */
function asNobody(): { user?: number } {
  return process.getuid?.() === 0 ? { user: 65_534 } : {};
}

function execute(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

function anotherProgram(file: string): void {
  rmSync(file);
  execute(file, 'create table customers (id integer primary key)');
}

/** The first page holds the header. */
function overwrite(file: string, from: number, length = Infinity): void {
  const content = readFileSync(file);
  content.fill(0xa5, from, Math.min(content.length, from + length));
  writeFileSync(file, content);
}

/** Where the first page of a table begins. */
function pageOf(file: string, table: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  const row = database.prepare('select rootpage from sqlite_schema where name = ?').get(table);
  database.close();
  return (Number(row?.['rootpage']) - 1) * PAGE;
}
