import { ShiftedClock } from './process/shifted-clock.ts';
import { type RecordedRun, type Scenario, settings } from './scenario.ts';
import { useScenario } from './use-scenario.ts';
import type { WorkerProcess } from './worker-process.ts';

const HOUR = 3_600_000;
const TASK = 'cleanup_old_orders';

const statuses = (runs: readonly RecordedRun[]): Record<string, number> =>
  runs.reduce<Record<string, number>>((counts, { status }) => ({ ...counts, [status]: (counts[status] ?? 0) + 1 }), {});

/** Resolves when the server has answered so many more clean-ups. */
async function cleanups({ server }: Scenario, count: number): Promise<void> {
  let left = count;
  await server.nextRequest(({ path }) => path.endsWith('/cleanup') && --left <= 0, 40_000);
}

/** Resolves when the scheduler has looked at a clock that showed this instant, or a later one. */
async function looked(worker: WorkerProcess, instant: string): Promise<void> {
  await worker.health('/health', (_, body) => lastBeatIn(body) >= Date.parse(instant));
}

function lastBeatIn(body: unknown): number {
  const { details } = body as { details?: { scheduler?: { lastBeatAt?: string } } };
  return Date.parse(details?.scheduler?.lastBeatAt ?? '');
}

describe('ten slots that a stopped service missed', () => {
  const test = useScenario();

  it.each([
    ['skip', 0],
    ['latest', 1],
    ['all', 10],
  ])('with %s give %i runs, and the rest are recorded as missed', async (catchUp, runs) => {
    const clock = new ShiftedClock(test.current.folder, { at: new Date('2026-03-02T00:30:00Z') });
    test.current.environment = {
      ...settings(TASK, { SCHEDULE: 'every 1h', CATCH_UP: catchUp }),
      ...clock.environment,
    };
    await (await test.current.ready()).stop();
    await clock.set(new Date('2026-03-02T10:30:00Z'));
    const caughtUp = runs > 0 ? cleanups(test.current, runs) : undefined;
    const worker = await test.current.ready();
    await caughtUp;
    await worker.stop();

    const history = await test.current.history(TASK);
    expect(history).toHaveLength(10);
    expect(statuses(history)).toEqual({
      ...(runs > 0 && { succeeded: runs }),
      ...(runs < 10 && { missed: 10 - runs }),
    });
    expect(history.filter(({ status }) => status === 'succeeded').every(({ trigger }) => trigger === 'catch_up')).toBe(
      true,
    );
    if (runs === 1) expect(history[0]).toMatchObject({ slot: '2026-03-02T10:00:00.000Z', status: 'succeeded' });
    expect(test.current.server.requestsFor('clean up')).toHaveLength(runs);
    test.expectations = { intervals: { [TASK]: HOUR } };
  });

  it('are bounded to the newest 100 of the last 24 hours', async () => {
    const clock = new ShiftedClock(test.current.folder, { at: new Date('2026-03-02T00:30:00Z') });
    test.current.environment = {
      ...settings(TASK, { SCHEDULE: 'every 1h', CATCH_UP: 'all' }),
      ...clock.environment,
    };
    await (await test.current.ready()).stop();
    await clock.set(new Date('2026-03-12T00:30:00Z'));
    const caughtUp = cleanups(test.current, 24);
    const worker = await test.current.ready();
    await caughtUp;
    await worker.stop();
    expect(test.current.server.requestsFor('clean up')).toHaveLength(24);
    const history = (await test.current.history(TASK)).toReversed();
    expect(statuses(history)).toEqual({ missed: 77, succeeded: 24 });
    // One record stands for those before the newest 100.
    expect(history[0]).toMatchObject({
      slot: '2026-03-07T20:00:00.000Z',
      reason: 'catch_up_bound',
      result: { slots: 140, from: '2026-03-02T01:00:00.000Z', to: '2026-03-07T20:00:00.000Z' },
    });
  });

  it('are not invented when a shorter interval takes over', async () => {
    const clock = new ShiftedClock(test.current.folder, { at: new Date('2026-03-02T00:30:00Z') });
    test.current.environment = { ...settings(TASK, { SCHEDULE: 'every 1h', CATCH_UP: 'all' }), ...clock.environment };
    await (await test.current.ready()).stop();
    await clock.set(new Date('2026-03-02T00:50:30Z'));
    const worker = await test.current.ready(settings(TASK, { SCHEDULE: 'every 1m', CATCH_UP: 'all' }));
    await worker.stop();
    expect(await test.current.history(TASK)).toEqual([]);
  });
});

describe('a task slower than its interval', () => {
  const test = useScenario();

  it('never runs twice at once: slots in between are skipped as overlap', async () => {
    const { server } = test.current;
    let active = 0;
    let most = 0;
    server.on('clean up', (_, reply) => {
      most = Math.max(most, ++active);
      setTimeout(() => {
        active--;
        reply.json(200, { deleted_count: 0 });
      }, 500);
    });
    const enough = cleanups(test.current, 8);
    const worker = await test.current.ready(settings(TASK, { SCHEDULE: 'every 200ms' }));
    await enough;
    await worker.stop();
    const history = await test.current.history(TASK);
    expect(most).toBe(1);
    expect(history.length).toBeGreaterThanOrEqual(20);
    const skipped = history.filter(({ status }) => status === 'skipped');
    expect(skipped.length).toBeGreaterThanOrEqual(12);
    expect(skipped.every(({ reason }) => reason === 'overlap')).toBe(true);
    test.expectations = { intervals: { [TASK]: 200 } };
  });
});

describe('a clock that is set under an hourly task', () => {
  const test = useScenario();

  it('back an hour runs no slot twice, forward a day catches up once', async () => {
    const { server, folder } = test.current;
    const clock = new ShiftedClock(folder, { at: new Date('2026-03-02T09:10:00Z'), speed: 60 });
    test.current.environment = {
      ...settings(TASK, { SCHEDULE: 'every 1h' }),
      ...clock.environment,
      DATA_API_TIMEOUT: '10m',
      SHUTDOWN_TIMEOUT: '10m',
    };
    const befores = (): (string | null)[] => server.requestsFor('clean up').map(({ query }) => query.get('before'));

    const worker = await test.current.ready();
    const ten = server.nextRequest('clean up');
    await clock.set(new Date('2026-03-02T09:59:30Z'), worker);
    await ten;
    await worker.log.find('Run succeeded');

    await clock.set(new Date('2026-03-02T09:00:30Z'), worker);
    await worker.log.find('The clock was set back');
    await clock.set(new Date('2026-03-02T09:59:30Z'), worker);
    await looked(worker, '2026-03-02T10:00:00Z');
    const eleven = server.nextRequest('clean up');
    await clock.set(new Date('2026-03-02T10:59:30Z'), worker);
    await eleven;

    const dayLater = server.nextRequest('clean up');
    await clock.set(new Date('2026-03-03T11:30:00Z'), worker);
    await dayLater;
    const next = server.nextRequest('clean up');
    await clock.set(new Date('2026-03-03T11:59:30Z'), worker);
    await next;
    await worker.stop();

    expect(befores()).toHaveLength(4);
    expect(worker.log.matching(({ level }) => level === 'error')).toEqual([]);
    const history = (await test.current.history(TASK)).toReversed();
    const ran = history.filter(({ status }) => status === 'succeeded');
    expect(ran.map(({ slot }) => slot)).toEqual([
      '2026-03-02T10:00:00.000Z',
      '2026-03-02T11:00:00.000Z',
      '2026-03-03T11:00:00.000Z',
      '2026-03-03T12:00:00.000Z',
    ]);
    expect(ran[2]).toMatchObject({ trigger: 'catch_up' });
    expect(history.filter(({ status }) => status === 'missed')).toHaveLength(23);
    test.expectations = { intervals: { [TASK]: HOUR }, steadyClock: false };
  });

  it('a day ahead for a moment runs the slots of that day', async () => {
    const { server, folder } = test.current;
    const clock = new ShiftedClock(folder, { at: new Date('2026-03-02T09:10:00Z'), speed: 60 });
    test.current.environment = { ...settings(TASK, { SCHEDULE: 'every 1h' }), ...clock.environment };
    test.expectations = { steadyClock: false };
    const worker = await test.current.ready();
    const ahead = server.nextRequest('clean up');
    await clock.set(new Date('2026-03-03T09:10:00Z'), worker);
    await ahead;
    await worker.log.find('Run succeeded');
    await clock.set(new Date('2026-03-02T09:10:30Z'), worker);
    await worker.log.find('The clock was set back');
    for (const [before, slot] of [
      ['2026-03-02T09:59:30Z', '2026-03-02T10:00:00.000Z'],
      ['2026-03-02T10:59:30Z', '2026-03-02T11:00:00.000Z'],
    ] as const) {
      const run = server.nextRequest('clean up');
      await clock.set(new Date(before), worker);
      await run;
      await worker.log.find((line) => line.msg === 'Run succeeded' && line['slot'] === slot);
    }
    await worker.stop();
    const history = await test.current.history(TASK);
    expect(
      history
        .filter(({ status }) => status === 'succeeded')
        .map(({ slot }) => slot)
        .toSorted(),
    ).toEqual(['2026-03-02T10:00:00.000Z', '2026-03-02T11:00:00.000Z', '2026-03-03T09:00:00.000Z']);
  });

  it('back a day from ahead runs the slots that come then', async () => {
    const { server, folder } = test.current;
    const clock = new ShiftedClock(folder, { at: new Date('2026-03-03T09:10:00Z'), speed: 60 });
    test.current.environment = { ...settings(TASK, { SCHEDULE: 'every 1h' }), ...clock.environment };
    const worker = await test.current.ready();
    await clock.set(new Date('2026-03-02T09:00:30Z'), worker);
    await worker.log.find('The clock was set back');
    const ten = server.nextRequest('clean up');
    await clock.set(new Date('2026-03-02T09:59:30Z'), worker);
    await ten;
    await worker.log.find('Run succeeded');
    await worker.stop();
    expect(await test.current.history(TASK)).toMatchObject([{ slot: '2026-03-02T10:00:00.000Z', status: 'succeeded' }]);
  });
});
