import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedRun, Scenario } from './scenario.ts';
import { settings } from './scenario.ts';
import { useScenario } from './use-scenario.ts';
import type { WorkerProcess } from './worker-process.ts';

const FULL = process.env['FAULTS'] === 'full';
/** A number at which the work lasts for several kills. */
const CONCURRENCY = FULL ? 8 : 16;

const LANES = { DATA_API_CONCURRENCY: String(CONCURRENCY) };

/** Runs once, right after the first start; a further slot is a month away. */
const ONCE = {
  ...settings('process_pending_orders', { SCHEDULE: 'every 30d', CATCH_UP: 'skip' }),
  ...LANES,
};

const drained = ({ server }: Scenario): boolean => server.model.processedOrders === server.model.orders.size;

/** Waits until the service has ended the run of all orders, and stops it. */
async function finish(worker: WorkerProcess): Promise<void> {
  await worker.log.find(/^Run (succeeded|partial)/, 60_000);
  expect(await worker.stop()).toMatchObject({ code: 0 });
}

async function theRun(scenario: Scenario): Promise<RecordedRun> {
  const runs = await scenario.history('process_pending_orders');
  expect(runs).toHaveLength(1);
  return runs[0]!;
}

describe('a killed process', () => {
  const test = useScenario();

  it('loses no order and repeats none but those in flight, however often it is killed', async () => {
    const scenario = test.current;
    const { model } = scenario.server;
    model.latency = 10;
    model.addNumberedOrders(FULL ? 5_000 : 1_500);
    let kills = 0;
    for (let worker = await scenario.start({ ...ONCE, RUN_ON_START: 'true' }); ; worker = await scenario.start(ONCE)) {
      const enough = FULL ? sleep(2_000, undefined) : reached(scenario, 250);
      const ended = await Promise.race([enough, worker.log.find(/^Run (succeeded|partial)/, 60_000)]);
      if (ended !== undefined) {
        expect(await worker.stop()).toMatchObject({ code: 0 });
        break;
      }
      expect(await worker.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
      kills++;
    }
    expect(kills).toBeGreaterThanOrEqual(4);
    expect(drained(scenario)).toBe(true);
    expect(model.keys.repeats).toBeLessThanOrEqual(kills * CONCURRENCY);
    expect(await theRun(scenario)).toMatchObject({
      status: 'succeeded',
      attempt: kills + 1,
      items: { total: model.orders.size, succeeded: model.orders.size, failed: 0, skipped: 0 },
    });
  }, 120_000);

  it('resumes with the same reference instant and the same key', async () => {
    const scenario = test.current;
    scenario.server.on('sync', () => undefined, 1);
    const once = settings('sync_external_data', { SCHEDULE: 'every 30d', CATCH_UP: 'skip' });
    const hung = scenario.server.nextRequest('sync');
    const worker = await scenario.start({ ...once, RUN_ON_START: 'true' });
    await hung;
    await worker.stop('SIGKILL');
    const again = await scenario.start(once);
    await again.log.find('Run succeeded');
    await again.stop();
    const keys = scenario.server.requestsFor('sync').map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([keys[0], keys[0]]);
    expect(keys[0]).toMatch(/^sync:/);
    expect(await scenario.history()).toMatchObject([{ status: 'succeeded', attempt: 2 }]);
  });

  it('ends a run that it died of three times in a row, while other tasks have their runs', async () => {
    const scenario = test.current;
    scenario.server.on('sync', () => undefined);
    const once = {
      ...settings('sync_external_data', { SCHEDULE: 'every 30d', CATCH_UP: 'skip' }),
      ...settings('cleanup_old_orders', { SCHEDULE: 'every 200ms' }),
    };
    for (let kills = 0; kills < 3; kills++) {
      const cleanups = scenario.server.requestsFor('clean up').length;
      const worker = await scenario.start({ ...once, RUN_ON_START: String(kills === 0) });
      await scenario.server.nextRequest('sync');
      if (kills > 0) expect(scenario.server.requestsFor('clean up').length).toBeGreaterThan(cleanups);
      await worker.stop('SIGKILL');
    }
    const last = await scenario.start(once);
    await last.log.find('Run failed');
    await last.stop();
    expect(await scenario.history('sync_external_data')).toMatchObject([
      { status: 'failed', attempt: 4, error: { name: 'RunLostRepeatedlyError', code: 'LOST_REPEATEDLY' } },
    ]);
    expect(scenario.server.requestsFor('sync')).toHaveLength(3);
  });

  it('resumes a one-shot run of the CLI that was killed', async () => {
    const scenario = test.current;
    scenario.server.model.latency = 20;
    scenario.server.model.addNumberedOrders(200);
    const command = scenario.command(['run', 'process_pending_orders', '--json'], { DATA_API_CONCURRENCY: '8' });
    await reached(scenario, 60);
    await command.stop('SIGKILL');
    await finish(await scenario.start(ONCE));
    expect(await theRun(scenario)).toMatchObject({ trigger: 'manual', status: 'succeeded', attempt: 2 });
  });
});

describe('a killed process in the middle of a list by cursor', () => {
  const test = useScenario();

  it('goes on where it was, while bookings come and go', async () => {
    const scenario = test.current;
    const { model } = scenario.server;
    const count = FULL ? 20_000 : 2_500;
    const startsAt = new Date(Date.now() + 3_600_000).toISOString();
    const booking = (id: string) => ({ id, startsAt, reminderSent: false });
    const ids = Array.from({ length: count }, (_, index) => String(index).padStart(6, '0'));
    model.addBookings(ids.map(booking));
    model.bookingsPage = 100;
    model.latency = 10;
    let page = 0;
    model.onBookings = () => {
      page++;
      const place = (page * 7_919) % count;
      model.unlisted.add(ids[place]!);
      model.addBookings([booking(`${ids[(place * 31) % count]}-new${page}`)]);
    };
    const once = { ...settings('send_reminders', { SCHEDULE: 'every 30d', CATCH_UP: 'skip' }), ...LANES };
    let kills = 0;
    for (let worker = await scenario.start({ ...once, RUN_ON_START: 'true' }); ; worker = await scenario.start(once)) {
      const ended = await Promise.race([killTime(scenario), worker.log.find(/^Run (succeeded|partial)/, 120_000)]);
      if (ended !== undefined) {
        expect(await worker.stop()).toMatchObject({ code: 0 });
        break;
      }
      await worker.stop('SIGKILL');
      kills++;
    }
    expect(kills).toBeGreaterThanOrEqual(4);
    const effects = ids
      .filter((id) => !model.unlisted.has(id))
      .map((id) => model.keys.effectsOf(`remind:${id}:${startsAt}`));
    expect(new Set(effects)).toEqual(new Set([1]));
    // In work at the kill, or done since the last commit: as many again, or those of 100 ms.
    expect(model.keys.repeats).toBeLessThanOrEqual(kills * 3 * CONCURRENCY);
    const runs = await scenario.history('send_reminders');
    expect(await scenario.failedItems(runs[0]?.id ?? '')).toEqual([]);
    expect(runs).toMatchObject([{ attempt: kills + 1, status: 'succeeded' }]);
  }, 900_000);
});

/** Resolves when it is time for the next kill: at full length after two seconds of work. */
async function killTime(scenario: Scenario): Promise<undefined> {
  await reached(scenario, FULL ? 1 : 300, '/remind');
  if (FULL) await sleep(2_000);
}

/** Resolves when so many more items have been asked for. */
async function reached({ server }: Scenario, requests: number, what = '/process'): Promise<undefined> {
  let left = requests;
  await server.nextRequest(({ path }) => path.endsWith(what) && --left <= 0, 60_000).catch(() => undefined);
  return undefined;
}
