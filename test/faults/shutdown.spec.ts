import { DatabaseSync } from 'node:sqlite';
import { Stopwatch } from './process/stopwatch.ts';
import { readLedger } from './ledger-reader.ts';
import type { Scenario } from './scenario.ts';
import { settings } from './scenario.ts';
import { useScenario } from './use-scenario.ts';
import type { WorkerProcess } from './worker-process.ts';

const SHUTDOWN_TIMEOUT = 1_000;
/** What is in the process's hands when the signal is sent still reaches the wire. */
const ON_THE_WAY = 150;

const sync = { ...settings('sync_external_data', { SCHEDULE: 'every 30d', CATCH_UP: 'skip' }) };
const drain = {
  ...settings('process_pending_orders', { SCHEDULE: 'every 30d', CATCH_UP: 'skip' }),
  DATA_API_CONCURRENCY: '8',
};
const first = { SHUTDOWN_TIMEOUT: '1s', RUN_ON_START: 'true' };

/** Sends SIGTERM and checks what every stop promises. */
async function terminate(scenario: Scenario, worker: WorkerProcess): Promise<void> {
  const begunAt = Date.now();
  const stopwatch = new Stopwatch();
  const exit = await worker.stop('SIGTERM', SHUTDOWN_TIMEOUT + 5_000);
  expect(exit).toMatchObject({ code: 0 });
  expect(stopwatch.elapsed(exit.at)).toBeLessThanOrEqual(SHUTDOWN_TIMEOUT + 1_000);
  // A process that is still loading its modules hears of the signal when it gets round to it.
  const heardAt = worker.log.lines.find(({ msg }) => msg === 'Draining')?.['time'];
  const since = typeof heardAt === 'string' ? Date.parse(heardAt) : begunAt;
  const late = scenario.server.requests.filter(({ at }) => at > since + ON_THE_WAY);
  const earlier = new Set(
    scenario.server.requests.filter((request) => !late.includes(request)).map(({ target }) => target),
  );
  expect(late.filter(({ target }) => !earlier.has(target))).toEqual([]);
}

/** How the runs stand that the stop has left. */
function left({ ledger }: Scenario): readonly string[] {
  return readLedger(ledger).runs.map(({ status }) => status);
}

/** Starts again and waits until the run that was left has ended well. */
async function finishNext(scenario: Scenario, environment: Record<string, string>): Promise<void> {
  const worker = await scenario.start(environment);
  await worker.log.find('Run succeeded', 30_000);
  await worker.stop();
}

describe('SIGTERM', () => {
  const test = useScenario();

  it('before the start is complete ends the process with 0', async () => {
    const worker = await test.current.start({ ...sync, ...first });
    await worker.health('/health/live');
    await terminate(test.current, worker);
  });

  it('when idle ends the process with 0, after readiness has turned 503', async () => {
    const worker = await test.current.ready({ ...sync, SHUTDOWN_TIMEOUT: '1s' });
    await terminate(test.current, worker);
    expect(test.current.server.requests).toEqual([]);
  });

  it('turns readiness to 503 while work in flight may finish', async () => {
    const { server } = test.current;
    server.model.latency = 600;
    const inFlight = server.nextRequest('sync');
    const worker = await test.current.ready({ ...sync, RUN_ON_START: 'true', SHUTDOWN_TIMEOUT: '10s' });
    await inFlight;
    worker.kill('SIGTERM');
    expect(await worker.health('/health/ready', (status) => status === 503)).toMatchObject({ status: 503 });
    expect(await worker.health('/health/live')).toMatchObject({ status: 200 });
    expect(await worker.exit()).toMatchObject({ code: 0 });
    expect(await test.current.history()).toMatchObject([{ status: 'succeeded', attempt: 1 }]);
  });

  it('starts no run of a slot that comes due while work in flight may finish', async () => {
    const { server, ledger } = test.current;
    const cleanup = settings('cleanup_old_orders', { SCHEDULE: 'every 100ms' });
    const answer = Promise.withResolvers<void>();
    server.on('sync', (_, __, next) => void answer.promise.then(next), 1);
    const inFlight = server.nextRequest('sync');
    const worker = await test.current.start({ ...sync, ...cleanup, RUN_ON_START: 'true', SHUTDOWN_TIMEOUT: '10s' });
    await inFlight;
    await server.nextRequest('clean up');
    worker.kill('SIGTERM');
    const { time } = await worker.log.find('Draining');
    await new Promise((resolve) => setTimeout(resolve, 10 * 100));
    answer.resolve();
    expect(await worker.exit()).toMatchObject({ code: 0 });
    const { runs } = readLedger(ledger);
    expect(runs.filter(({ task }) => task === 'sync_external_data')).toMatchObject([{ status: 'succeeded' }]);
    expect(runs.filter(({ queuedAt }) => Date.parse(queuedAt) > Date.parse(String(time)) + ON_THE_WAY)).toEqual([]);
  });

  it('in a retry wait leaves the run to the next start', async () => {
    const { server } = test.current;
    server.on('sync', (_, reply) => reply.json(503, {}, { 'retry-after': '60' }), 1);
    const refused = server.nextRequest('sync');
    const worker = await test.current.start({ ...sync, ...first });
    await refused;
    await terminate(test.current, worker);
    expect(left(test.current)).toEqual(['interrupted']);
    await finishNext(test.current, sync);
    expect(await test.current.history()).toMatchObject([{ status: 'succeeded', attempt: 2 }]);
  });

  it('with a hung request leaves the run to the next start', async () => {
    const { server } = test.current;
    server.on('sync', () => undefined, 1);
    const hung = server.nextRequest('sync');
    const worker = await test.current.start({ ...sync, ...first });
    await hung;
    await terminate(test.current, worker);
    expect(left(test.current)).toEqual(['interrupted']);
    await finishNext(test.current, sync);
    const keys = server.requestsFor('sync').map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([keys[0], keys[0]]);
  });

  it('between pages leaves the rest to the next start', async () => {
    const { server } = test.current;
    server.model.addNumberedOrders(400);
    server.model.latency = 5;
    const worker = await test.current.start({ ...drain, ...first });
    await server.nextRequest('list orders');
    await server.nextRequest('list orders');
    await terminate(test.current, worker);
    expect(left(test.current)).toEqual(['interrupted']);
    expect(server.model.pendingOrders.length).toBeGreaterThan(100);
    await finishNext(test.current, drain);
    expect(server.model.keys.repeats).toBe(0);
    expect(await test.current.history()).toMatchObject([{ status: 'succeeded', attempt: 2 }]);
  });

  it('with the ledger busy ends in time, and the next start knows what was left', async () => {
    const { server, ledger } = test.current;
    const busy = server.nextRequest('sync');
    const answer = Promise.withResolvers<void>();
    server.on('sync', (_, __, next) => void answer.promise.then(next), 1);
    const worker = await test.current.start({ ...sync, ...first });
    await busy;
    const other = new DatabaseSync(ledger);
    other.exec('BEGIN IMMEDIATE');
    answer.resolve();
    await terminate(test.current, worker);
    other.exec('ROLLBACK');
    other.close();
    await finishNext(test.current, sync);
    expect(await test.current.history()).toMatchObject([{ status: 'succeeded', attempt: 2 }]);
  });

  it('twice, at least a second apart, ends the process at once', async () => {
    const { server } = test.current;
    server.on('sync', () => undefined, 1);
    const hung = server.nextRequest('sync');
    const worker = await test.current.start({ ...sync, RUN_ON_START: 'true', SHUTDOWN_TIMEOUT: '30s' });
    await hung;
    worker.kill('SIGTERM');
    await worker.log.find('Draining');
    // What comes sooner is the same wish, passed on twice.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const stopwatch = new Stopwatch();
    const exit = await worker.stop('SIGTERM');
    expect(stopwatch.elapsed(exit.at)).toBeLessThan(500);
    await finishNext(test.current, sync);
  });

  it('SIGINT does the same', async () => {
    const worker = await test.current.ready({ ...sync, SHUTDOWN_TIMEOUT: '1s' });
    expect(await worker.stop('SIGINT')).toMatchObject({ code: 0 });
  });
});
