import { jest } from '@jest/globals';
import { DAY, HOUR, MINUTE, SECOND } from '../../time/duration.js';
import { LedgerUnavailableError } from '../../runs/errors.js';
import {
  aRegisteredTask,
  moveClock,
  NOON,
  noonPlus,
  pass,
  since,
  useScheduledWorker,
} from './testing/scheduled-worker.js';

const scene = useScheduledWorker();

describe('On time', () => {
  it('a slot is claimed when it is due, with itself as the reference instant', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('often', 'every 1m', { overlap: 'queue' })] });
    await pass(MINUTE - 1);
    expect(engine.batches).toEqual([]);
    await pass(1);
    const slot = noonPlus(MINUTE);
    expect(engine.batches).toEqual([[{ task: 'often', trigger: 'schedule', slot, at: slot, overlap: 'queue' }]]);
  });

  it('a slot of a task that is put off is claimed after it, and stays the reference instant', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('often', 'every 1m', { delay: 20 * SECOND })] });
    await pass(MINUTE + 20 * SECOND - 1);
    expect(engine.batches).toEqual([]);
    await pass(1);
    const slot = noonPlus(MINUTE);
    expect(engine.batches).toMatchObject([[{ trigger: 'schedule', slot, at: slot }]]);
    await pass(MINUTE);
    expect(engine.claimed).toHaveLength(2);
  });

  it('the slots that are due at one instant are claimed in one submission', async () => {
    const tasks = [
      aRegisteredTask('often', 'every 1m'),
      aRegisteredTask('rarely', 'every 5m'),
      aRegisteredTask('by_the_clock', '5 * * * *'),
    ];
    const { engine } = await scene.start({ tasks });
    await pass(5 * MINUTE);
    expect(engine.batches.map((batch) => batch.map(({ task }) => task))).toEqual([
      ...Array.from({ length: 4 }, () => ['often']),
      ['often', 'rarely', 'by_the_clock'],
    ]);
  });

  it('ten times a second, if need be', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('hasty', 'every 100ms')] });
    await pass(SECOND);
    expect(engine.claimed).toHaveLength(10);
    expect(engine.claimed.at(-1)).toBe('hasty schedule 12:00:01');
  });

  it.each([
    ['every 30d', Date.parse('2026-12-03T00:00:00Z')],
    ['every 365d', Date.parse('2026-12-18T00:00:00Z')],
    ['0 0 1 1 *', Date.parse('2027-01-01T00:00:00Z')],
  ])('a slot of "%s" is claimed after all the weeks that no timer could wait for', async (schedule, slot) => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('rare', schedule)] });
    await pass(slot - NOON.getTime() - 1);
    expect(engine.attempts).toBe(0);
    await pass(1);
    expect(engine.batches).toMatchObject([[{ slot: new Date(slot), trigger: 'schedule' }]]);
  });

  it('nothing is claimed for a task without a schedule', async () => {
    const { engine, schedules } = await scene.start({ tasks: [aRegisteredTask('by_hand', 'off')], runOnStart: true });
    await pass(DAY);
    expect(schedules.entries).toEqual([]);
    expect(engine.attempts).toBe(0);
  });

  it('a timer that fires early neither claims nor loses a slot', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('often', 'every 1m')] });
    moveClock(-3);
    await pass(MINUTE);
    expect(engine.attempts).toBe(0);
    await pass(3);
    expect(engine.claimed).toEqual(['often schedule 12:01']);
  });
});

describe('RUN_ON_START', () => {
  it('runs every interval task once, beside its schedule', async () => {
    const tasks = [aRegisteredTask('rarely', 'every 1h'), aRegisteredTask('by_the_clock', '5 * * * *')];
    const { engine } = await scene.start({ tasks, runOnStart: true });
    expect(engine.batches).toEqual([[{ task: 'rarely', trigger: 'start', slot: null, at: null, overlap: 'skip' }]]);
    await pass(HOUR);
    expect(engine.claimed).toEqual(['rarely start', 'by_the_clock schedule 12:05', 'rarely schedule 13:00']);
  });

  it('spares a task that catches up anyway', async () => {
    const tasks = [aRegisteredTask('often', 'every 1m'), aRegisteredTask('late', 'every 1h')];
    const { engine } = await scene.start({ tasks, runOnStart: true, known: { late: since(noonPlus(-HOUR)) } });
    expect(engine.claimed).toEqual(['late catch_up 12:00', 'often start']);
  });

  it('waits for the ledger like any other claim', async () => {
    const worker = scene.prepare({ tasks: [aRegisteredTask('rarely', 'every 1h')], runOnStart: true });
    worker.engine.failure = new LedgerUnavailableError('The disk is full');
    await worker.scheduler.start();
    worker.engine.failure = null;
    await pass(5 * SECOND);
    expect(worker.engine.claimed).toEqual(['rarely start']);
  });
});

describe('At the end', () => {
  it('nothing is claimed after stop', async () => {
    const { engine, scheduler } = await scene.start({ tasks: [aRegisteredTask('hasty', 'every 1s')] });
    await pass(SECOND);
    scheduler.stop();
    await pass(HOUR);
    expect(engine.claimed).toEqual(['hasty schedule 12:00:01']);
  });

  it('a submission in flight finishes, and none follows', async () => {
    const { engine, scheduler } = await scene.start({ tasks: [aRegisteredTask('hasty', 'every 1s')] });
    const gate = Promise.withResolvers<void>();
    engine.gate = gate.promise;
    await pass(SECOND);
    scheduler.stop();
    gate.resolve();
    await pass(0);
    expect(jest.getTimerCount()).toBe(0);
    expect(engine.claimed).toEqual(['hasty schedule 12:00:01']);
  });

  it('a stop during the start wins', async () => {
    const worker = scene.prepare({
      tasks: [aRegisteredTask('late', 'every 1h')],
      known: { late: since(noonPlus(-DAY)) },
    });
    const gate = Promise.withResolvers<void>();
    worker.schedules.gate = gate.promise;
    const started = worker.scheduler.start();
    worker.scheduler.stop();
    gate.resolve();
    await started;
    await pass(HOUR);
    expect(worker.engine.attempts).toBe(0);
  });

  it('a drain of the engine is no failure, and nothing is claimed from then on', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('hasty', 'every 1s')] });
    scene.told.length = 0;
    engine.phase = 'draining';
    await pass(MINUTE);
    expect(engine.claimed).toEqual([]);
    expect(scene.told).toEqual([]);
  });
});

describe('Signs of life', () => {
  it('the scheduler looks at the clock at least once a minute', async () => {
    const { scheduler } = await scene.start({ tasks: [aRegisteredTask('rare', 'every 365d')] });
    for (let minute = 1; minute <= 5; minute += 1) {
      await pass(MINUTE);
      expect(scheduler.heartbeat.lastBeatAt).toEqual(noonPlus(minute * MINUTE));
    }
  });
});
