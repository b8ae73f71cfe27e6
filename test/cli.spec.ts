import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type SandboxOptions, startSandbox } from '../sandbox/sandbox-server.ts';
import { DIST } from './built-program.ts';
import type { RecordedRun } from './faults/scenario.ts';
import { WorkerProcess } from './faults/worker-process.ts';

type Environment = Readonly<Record<string, string>>;

const NOTHING_LISTENS = 'http://127.0.0.1:9';

/** No test waits this long: a run that depends on such an answer is active when the test looks. */
const TOO_LONG_MS = 10_000;

let folder: string;
let sandbox: Sandbox | undefined;
let started: WorkerProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  started = [];
});

afterEach(async () => {
  for (const process of started) if (process.running) process.kill('SIGKILL');
  await Promise.all(started.map(({ exited }) => exited));
  await sandbox?.close();
  sandbox = undefined;
  rmSync(folder, { recursive: true });
});

async function begin(options: SandboxOptions): Promise<Sandbox> {
  sandbox = await startSandbox(options);
  return sandbox;
}

function environmentOf(environment: Environment = {}): Record<string, string> {
  return {
    DATA_API_URL: sandbox?.url ?? NOTHING_LISTENS,
    DATABASE_URL: `sqlite:${join(folder, 'worker.db')}`,
    LOG_FORMAT: 'json',
    ...environment,
  };
}

function start(parameters: readonly string[], environment?: Environment): WorkerProcess {
  const process = new WorkerProcess({
    program: 'cli',
    arguments: parameters,
    environment: environmentOf(environment),
    folder,
  });
  started.push(process);
  return process;
}

function startService(environment: Environment): WorkerProcess {
  const process = new WorkerProcess({
    program: 'main',
    environment: environmentOf({ PORT: '0', ...environment }),
    folder,
  });
  started.push(process);
  return process;
}

async function worker(parameters: readonly string[], environment?: Environment) {
  const process = start(parameters, environment);
  const { code, signal } = await process.exit();
  return { code, signal, stdout: process.log.text, stderr: process.errorOutput.text };
}

async function workerJson<T>(parameters: readonly string[], environment?: Environment) {
  const end = await worker([...parameters, '--json'], environment);
  return { ...end, printed: JSON.parse(end.stdout) as T };
}

function runTask(name: string, environment?: Environment) {
  return workerJson<RecordedRun>(['run', name], environment);
}

async function history(): Promise<readonly RecordedRun[]> {
  return (await workerJson<RecordedRun[]>(['history'])).printed;
}

describe('worker run', () => {
  it('processes each of 1,050 pending orders exactly once', async () => {
    const sandbox = await begin({ orders: 1_050 });
    const { code, printed: run } = await runTask('process_pending_orders');
    expect(code).toBe(0);
    expect(run).toMatchObject({
      task: 'process_pending_orders',
      trigger: 'manual',
      slot: null,
      status: 'succeeded',
      items: { total: 1_050, succeeded: 1_050, failed: 0, skipped: 0 },
      result: { processed: 1_050, failed: 0 },
      error: null,
    });
    expect(sandbox.stats()).toMatchObject({ effects: 1_050, repeats: 0, pendingOrders: 0 });
  });

  it('goes on beside orders that cannot be processed, and names them afterwards', async () => {
    const poisonedOrders = ['50', '501', '1049'];
    await begin({ orders: 1_050, oldOrders: 0, knobs: { poisonedOrders } });
    const { code, printed: run } = await runTask('process_pending_orders');
    expect(code).toBe(3);
    expect(run).toMatchObject({ status: 'partial', result: { processed: 1_047, failed: 3 } });

    const { printed } = await workerJson<{ run: RecordedRun; failedItems: { id: string }[] }>(['show', run.id]);
    expect(printed.run).toEqual(run);
    expect(printed.failedItems.map(({ id }) => id).sort()).toEqual([...poisonedOrders].sort());
    for (const item of printed.failedItems) {
      expect(item).toEqual({ id: item.id, error: expect.objectContaining({ code: 'HTTP_422' }), attempts: 1 });
    }

    const { stdout } = await worker(['show', run.id.slice(0, 18)]);
    for (const id of poisonedOrders) expect(stdout).toMatch(new RegExp(`^${id} .*422`, 'm'));
  });

  it('reminds who was not reminded, and counts only what the Data API confirmed', async () => {
    await begin({ orders: 0, bookings: 20, reminded: 5, oldOrders: 0, knobs: { failingBookings: ['7', '13'] } });
    const { code, printed: run } = await runTask('send_reminders');
    expect(code).toBe(3);
    expect(run).toMatchObject({ status: 'partial', result: { total: 20, sent: 13, failed: 2 } });
  });

  it('answers 6 when the Data API cannot be reached', async () => {
    const { code, printed: run } = await runTask('cleanup_old_orders');
    expect(code).toBe(6);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'UNREACHABLE' } });
  });

  it.each([401, 403])('answers 4 when the Data API answers %d', async (errorStatus) => {
    await begin({ knobs: { errorRate: 1, errorStatus } });
    const { code, printed: run } = await runTask('process_pending_orders');
    expect(code).toBe(4);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'UNAUTHORIZED' } });
  });

  it('answers 1 when the run fails for another reason', async () => {
    await begin({ knobs: { errorRate: 1, errorStatus: 500 } });
    const { code, printed: run } = await runTask('cleanup_old_orders');
    expect(code).toBe(1);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'HTTP_500' } });
  });

  it('answers 1 when the deadline passes', async () => {
    await begin({ knobs: { latencyMs: TOO_LONG_MS } });
    const { code, printed: run } = await runTask('cleanup_old_orders', { TASK_CLEANUP_OLD_ORDERS_TIMEOUT: '300ms' });
    expect(code).toBe(1);
    expect(run).toMatchObject({ status: 'timed_out', error: { code: 'TIMED_OUT' } });
  });

  it('answers 1, with the reason, when the ledger cannot be had', async () => {
    const path = join(folder, 'missing', 'worker.db');
    const { code, stdout, stderr } = await worker(['run', 'cleanup_old_orders'], { DATABASE_URL: `sqlite:${path}` });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(path);
  });

  it.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)('is cancelled by %s, and recorded so', async (signal) => {
    await begin({ knobs: { latencyMs: TOO_LONG_MS } });
    const process = start(['run', 'process_pending_orders', '--json']);
    await process.errorOutput.find('Run started');
    expect(await process.stop(signal)).toMatchObject({ code: 2 });
    const [run] = await history();
    expect(run).toMatchObject({ status: 'cancelled', reason: signal });
    expect(JSON.parse(process.log.text)).toEqual(run);
  });

  it('ends at once by a second signal, a second later', async () => {
    await begin({ knobs: { latencyMs: TOO_LONG_MS } });
    const process = start(['run', 'process_pending_orders']);
    await process.errorOutput.find('Run started');
    // The cancellation waits for this lock to go on record.
    const other = new DatabaseSync(join(folder, 'worker.db'));
    other.exec('begin immediate');
    try {
      process.kill('SIGINT');
      await process.errorOutput.find('cancelling the run');
      process.kill('SIGINT');
      await sleep(1_000);
      expect(await process.stop('SIGTERM')).toMatchObject({ code: null, signal: 'SIGTERM' });
    } finally {
      other.close();
    }
  });

  it('takes up the run that a killed command has left', async () => {
    const sandbox = await begin({ orders: 3, knobs: { latencyMs: TOO_LONG_MS } });
    const killed = start(['run', 'process_pending_orders']);
    await killed.errorOutput.find('Run started');
    await killed.stop('SIGKILL');
    sandbox.setKnobs({ latencyMs: 0 });
    const { code, stderr, printed: run } = await runTask('process_pending_orders');
    expect(code).toBe(0);
    expect(run).toMatchObject({ status: 'succeeded', attempt: 2, result: { processed: 3, failed: 0 } });
    expect(stderr).toContain(`Resuming run ${run.id}`);
    expect(await history()).toHaveLength(1);
  });

  it('does not run a task that the service is running, and says which run is in the way', async () => {
    await begin({ knobs: { latencyMs: TOO_LONG_MS } });
    const service = startService({ TASK_PROCESS_PENDING_ORDERS_SCHEDULE: 'every 1s' });
    const { run: active } = await service.log.find('Run started');
    const { code, stderr, printed: run } = await runTask('process_pending_orders');
    expect(code).toBe(1);
    expect(run).toMatchObject({ status: 'skipped', reason: 'overlap' });
    expect(stderr).toContain(`process_pending_orders is active: run ${String(active)} started`);
  });
});

describe('the commands that only look', () => {
  it.each([['history'], ['list'], ['show', '0193']])(
    'say where there is no ledger, and make none: %s',
    async (...command) => {
      const { code, stdout, stderr } = await worker(command);
      expect(code).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toContain(`There is no ledger at ${join(folder, 'worker.db')}`);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('tell what is due where there is no ledger, and make none', async () => {
    expect(await worker(['schedule', 'send_reminders'])).toMatchObject({ code: 0, stderr: 'no service is running' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('say which service runs, and show its tasks and schedules', async () => {
    const environment = { TASK_SEND_REMINDERS_SCHEDULE: 'every 7m', TASK_CLEANUP_OLD_ORDERS_SCHEDULE: 'off' };
    const service = startService(environment);
    const { msg } = await service.log.find('Listening');
    await service.log.find('Worker ready');
    for (const parameters of [['list'], ['history'], ['schedule', 'send_reminders']]) {
      const [said] = (await worker(parameters)).stderr.split('\n');
      expect(said).toBe(`service: running on ${String(msg).replace('Listening on ', '')}`);
    }
    const plans = async () => {
      const { printed } = await workerJson<{ name: string; schedule: string }[]>(['list']);
      return printed.map(({ name, schedule }) => `${name} ${schedule}`);
    };
    expect(await plans()).toEqual(expect.arrayContaining(['send_reminders every 7m', 'cleanup_old_orders off']));
    service.kill('SIGKILL');
    await service.exited;
    expect(await plans()).toEqual(expect.arrayContaining(['send_reminders every 5m', 'cleanup_old_orders every 1h']));
    expect((await worker(['list'])).stderr).toBe('no service is running');
  });

  it('show a run as interrupted whose process was killed', async () => {
    await begin({ knobs: { latencyMs: TOO_LONG_MS } });
    const killed = start(['run', 'process_pending_orders']);
    const { run } = await killed.errorOutput.find('Run started');
    expect(await history()).toMatchObject([{ id: run, status: 'running' }]);
    await killed.stop('SIGKILL');
    expect(await history()).toMatchObject([{ id: run, status: 'interrupted' }]);
    const { printed } = await workerJson<{ run: RecordedRun }>(['show', String(run)]);
    expect(printed.run).toMatchObject({ status: 'interrupted' });
    const { printed: tasks } = await workerJson<{ name: string; status: string }[]>(['list']);
    expect(tasks.find(({ name }) => name === 'process_pending_orders')).toMatchObject({ status: 'interrupted' });
  });

  it('tell of the runs that there were, newest first', async () => {
    await begin({ orders: 2, oldOrders: 4 });
    await runTask('cleanup_old_orders');
    await runTask('process_pending_orders');
    expect((await history()).map(({ task }) => task)).toEqual(['process_pending_orders', 'cleanup_old_orders']);

    const { stdout } = await worker(['history', 'cleanup_old_orders', '--status', 'succeeded,partial']);
    expect(stdout).toMatch(/^RUN +TASK .*\n\S+ +cleanup_old_orders +succeeded .*deletedCount 4$/);

    const { printed } = await workerJson<{ name: string; status: string | null; lastRun: RecordedRun }[]>(['list']);
    expect(printed.map(({ name, status }) => [name, status])).toEqual([
      ['cleanup_old_orders', 'succeeded'],
      ['process_pending_orders', 'succeeded'],
      ['send_reminders', null],
      ['sync_external_data', null],
    ]);
    expect(printed[0]?.lastRun).toMatchObject({ result: { deletedCount: 4 } });
  });

  it('tell the next slots', async () => {
    const environment = { TASK_SEND_REMINDERS_SCHEDULE: '0 3 * * *', TASK_SEND_REMINDERS_TIMEZONE: 'Asia/Tokyo' };
    const asked = ['schedule', 'send_reminders', '--next', '3'];
    const { printed } = await workerJson<string[]>(asked, environment);
    expect(printed).toEqual(Array(3).fill(expect.stringMatching(/^\d{4}-\d\d-\d\dT18:00:00\.000Z$/)));
    expect((await worker(asked, environment)).stdout.match(/ 03:00:00 /g)).toHaveLength(3);
  });

  it.each([
    [['run', 'cleanup_orders'], 'Did you mean cleanup_old_orders?'],
    [['schedule', 'sync'], '`worker list` names them all.'],
    [['histroy'], 'Did you mean history?'],
    [['history', '--status', 'lost'], 'interrupted'],
  ])('refuse with 64 what makes no sense: %s', async (parameters, message) => {
    const { code, stdout, stderr } = await worker(parameters);
    expect(code).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(existsSync(join(folder, 'worker.db'))).toBe(false);
  });

  it.each([
    [['history', 'send_reminder'], 'Did you mean send_reminders?'],
    [['show', '0000'], '`worker history` lists the runs'],
  ])('refuse with 64 what the ledger does not know: %s', async (parameters, message) => {
    await runTask('cleanup_old_orders');
    expect(await worker(parameters)).toMatchObject({ code: 64, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('show colours on a terminal or on request only', async () => {
    await runTask('cleanup_old_orders');
    const escape = '\u001b[';
    expect((await worker(['list'])).stdout).not.toContain(escape);
    expect((await worker(['list'], { FORCE_COLOR: '1' })).stdout).toContain(escape);
    expect((await worker(['list'], { FORCE_COLOR: '1', NO_COLOR: '1' })).stdout).not.toContain(escape);
  });

  it('end quietly when the reader has gone', async () => {
    await runTask('cleanup_old_orders');
    const child = spawn(process.execPath, [join(DIST, 'cli.js'), 'list'], {
      env: environmentOf(),
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    const [messages, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(messages).toBe('no service is running\n');
    expect(code).toBe(0);
  });
});
