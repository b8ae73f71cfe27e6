import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { read } from './docs/documents.ts';
import { settings, type Scenario } from './faults/scenario.ts';
import { useScenario } from './faults/use-scenario.ts';
import { useDatabase } from './postgres/use-database.ts';

const TASK = 'process_pending_orders';
const OTHER = 'cleanup_old_orders';

const database = useDatabase();

/** Everything of a scenario keeps its ledger in a schema of its own. */
function onPostgres(scenario: Scenario, url = database.url, schema = database.newSchema()) {
  return { DATABASE_URL: url, DATABASE_SCHEMA: schema, ...scenario.environment };
}

describe('a worker with its ledger in PostgreSQL', () => {
  const test = useScenario();

  beforeEach(() => {
    test.current.environment = onPostgres(test.current);
  });

  async function act<T>(...parameters: string[]): Promise<T> {
    const { code, stdout, stderr } = await test.current.run([...parameters, '--json']);
    if (code !== 0) throw new Error(`${parameters.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  it('runs, shows, pauses and cancels as with SQLite', async () => {
    const { server } = test.current;
    test.expectations = { everyOrderProcessed: false };
    const service = await test.current.ready(settings(OTHER, { SCHEDULE: 'every 1s' }));
    await service.log.find('Run succeeded');
    await act('pause', OTHER, '--for', '1h');
    await service.log.find((line) => line['reason'] === 'paused');
    server.model.addNumberedOrders(5);
    server.on('process order', () => undefined);
    const { id } = await act<{ id: string }>('run', TASK, '--detach');
    await service.log.find((line) => line.msg === 'Run started' && line['task'] === TASK);
    await act('cancel', id, '--reason', 'a mistake');
    await service.log.find('Run cancelled');
    expect(await act('show', id)).toMatchObject({ run: { status: 'cancelled', reason: 'a mistake' } });
    const listed = await act<{ name: string }[]>('list');
    expect(listed.map(({ name }) => name)).toContain(TASK);
    expect(await service.stop()).toMatchObject({ code: 0 });
  });

  it('resumes what a killed process has left', async () => {
    const { server } = test.current;
    server.model.latency = 20;
    server.model.addNumberedOrders(600);
    const once = { ...settings(TASK, { SCHEDULE: 'every 30d', CATCH_UP: 'skip' }), DATA_API_CONCURRENCY: '8' };
    const first = await test.current.start({ ...once, RUN_ON_START: 'true' });
    while (server.model.processedOrders < 100) await new Promise((resolve) => setTimeout(resolve, 20));
    await first.stop('SIGKILL');
    const second = await test.current.ready(once);
    await second.log.find('Run succeeded', 90_000);
    expect(await test.current.history(TASK)).toMatchObject([{ status: 'succeeded', attempt: 2 }]);
    expect(server.model.keys.repeats).toBeLessThanOrEqual(8);
    expect(await second.stop()).toMatchObject({ code: 0 });
  }, 120_000);

  it('moves there from SQLite and back, and loses nothing', async () => {
    const { server, folder, ledger } = test.current;
    const sqlite = { DATABASE_URL: `sqlite:${ledger}` };
    server.model.addNumberedOrders(5);
    server.model.unprocessable.add('order-00002');
    await test.current.runTask(TASK, sqlite);
    await test.current.runTask(OTHER, sqlite);
    const before = await test.current.history(undefined, sqlite);
    const [out, back] = [join(folder, 'out.jsonl'), join(folder, 'back.jsonl')];
    const move = async (parameters: string[], environment = {}) =>
      expect(await test.current.run(parameters, environment)).toMatchObject({ code: 0 });

    await move(['export', out], sqlite);
    await move(['import', out]);
    expect(await test.current.history()).toEqual(before);
    // What is recorded next gets numbers of its own.
    await test.current.runTask(TASK);
    expect(await test.current.run(['import', out])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is not empty') as string,
    });

    await move(['export', back]);
    const other = { DATABASE_URL: `sqlite:${join(folder, 'other.db')}` };
    await move(['import', back], other);
    expect(await test.current.history(undefined, other)).toEqual(await test.current.history());
    const again = join(folder, 'again.jsonl');
    await move(['export', again], other);
    expect(rowsOf(again)).toEqual(rowsOf(back));
  });

  it('refuses a file that is not whole', async () => {
    const { folder } = test.current;
    await test.current.runTask(OTHER);
    const whole = join(folder, 'whole.jsonl');
    await test.current.run(['export', whole]);
    const lines = readFileSync(whole, 'utf8').trimEnd().split('\n');
    const half = join(folder, 'half.jsonl');
    writeFileSync(half, lines.slice(0, -1).join('\n'));
    expect(await test.current.run(['import', half], onPostgres(test.current))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is not whole') as string,
    });
  });
});

describe('the roles of the documentation', () => {
  const test = useScenario();
  const [, statements = ''] = /<!-- roles -->\s+```sql\n(.*?)```/s.exec(read('docs/operations.md').text) ?? [];
  const role = (name: string, password: string) => {
    const url = new URL(database.url);
    url.username = name;
    url.password = password;
    return { DATABASE_URL: url.href, DATABASE_SCHEMA: 'task_worker' };
  };

  afterAll(async () => {
    const roles = 'worker_migrator, worker_service, worker_viewer';
    await database.query(
      `drop schema if exists task_worker, task_worker_queue cascade; drop owned by ${roles}; drop role ${roles}`,
    );
  });

  /** The service takes a job that waits, whose run is on no record, and then runs a task. */
  async function useQueue(environment: { readonly DATABASE_URL: string; readonly DATABASE_SCHEMA: string }) {
    const job = `insert into task_worker_queue.job (name, data) values ('runs', '{"runId":"${randomUUID()}"}') returning id`;
    const [{ id } = { id: '' }] = await database.query<{ id: string }>(job, environment.DATABASE_URL);
    const worker = await test.current.ready(environment);
    const done = `select from task_worker_queue.job where id = '${id}' and state = 'completed'`;
    while ((await database.query(done)).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await test.current.run(['run', OTHER, '--detach'], environment)).toMatchObject({ code: 0 });
    await worker.log.find('Run succeeded');
    expect(await worker.stop()).toMatchObject({ code: 0 });
    expect(worker.log.matching('Cannot offer waiting runs')).toEqual([]);
  }

  it('have the rights that they need, and no more', async () => {
    await database.query(statements);
    const [migrator, service, viewer] = [
      role('worker_migrator', 'change-me-1'),
      role('worker_service', 'change-me-2'),
      role('worker_viewer', 'change-me-3'),
    ];
    expect(await test.current.run(['run', OTHER], service)).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('Run `worker migrate`') as string,
    });
    expect(await test.current.run(['migrate'], migrator)).toMatchObject({ code: 0 });
    await test.current.runTask(OTHER, service);
    expect(await test.current.history(OTHER, viewer)).toMatchObject([{ status: 'succeeded' }]);
    await useQueue(service);
    expect(await test.current.run(['pause', OTHER], viewer)).toMatchObject({ code: 5 });
    await expect(database.query('drop table task_worker.runs', service.DATABASE_URL)).rejects.toThrow('must be owner');
  });
});

/** But for the first line, which says when it was written. */
function rowsOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(1);
}
