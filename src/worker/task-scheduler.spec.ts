import { jest } from '@jest/globals';
import { DAY, HOUR, MINUTE, SECOND } from '../config/duration.js';
import { LedgerUnavailableError, EngineNotAcceptingError } from './errors.js';
import type { CatchUp } from '../config/settings.js';
import {
  aRegisteredTask,
  aScheduledWorker,
  captureLog,
  moveClock,
  type ScheduledWorker,
  standStill,
} from './task-scheduler/testing/scheduled-worker.js';

const NOON = new Date('2026-11-23T12:00:00Z');
const noonPlus = (milliseconds: number) => new Date(NOON.getTime() + milliseconds);
const since = (after: Date) => ({ after, replaced: null });
const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

let log: string[];
let worker: ReturnType<typeof aScheduledWorker>;

beforeEach(() => {
  jest.useFakeTimers({ now: NOON });
  log = captureLog();
});

afterEach(() => {
  worker.scheduler.stop();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

async function start(scheduled: ScheduledWorker) {
  worker = aScheduledWorker(scheduled);
  await worker.scheduler.start();
  return worker;
}

describe('On time', () => {
  it('a slot is claimed when it is due, with itself as the reference instant', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('often', 'every 1m', { overlap: 'queue' })] });
    await pass(MINUTE - 1);
    expect(engine.batches).toEqual([]);
    await pass(1);
    const slot = noonPlus(MINUTE);
    expect(engine.batches).toEqual([[{ task: 'often', trigger: 'schedule', slot, at: slot, overlap: 'queue' }]]);
  });

  it('the slots that are due at one instant are claimed in one submission', async () => {
    const tasks = [
      aRegisteredTask('often', 'every 1m'),
      aRegisteredTask('rarely', 'every 5m'),
      aRegisteredTask('by_the_clock', '5 * * * *'),
    ];
    const { engine } = await start({ tasks });
    await pass(5 * MINUTE);
    expect(engine.batches.map((batch) => batch.map(({ task }) => task))).toEqual([
      ...Array.from({ length: 4 }, () => ['often']),
      ['often', 'rarely', 'by_the_clock'],
    ]);
  });

  it('ten times a second, if need be', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('hasty', 'every 100ms')] });
    await pass(SECOND);
    expect(engine.claimed).toHaveLength(10);
    expect(engine.claimed.at(-1)).toBe('hasty schedule 12:00:01');
  });

  it.each([
    ['every 30d', Date.parse('2026-12-03T00:00:00Z')],
    ['every 365d', Date.parse('2026-12-18T00:00:00Z')],
    ['0 0 1 1 *', Date.parse('2027-01-01T00:00:00Z')],
  ])('a slot of "%s" is claimed after all the weeks that no timer could wait for', async (schedule, slot) => {
    const { engine } = await start({ tasks: [aRegisteredTask('rare', schedule)] });
    await pass(slot - NOON.getTime() - 1);
    expect(engine.attempts).toBe(0);
    await pass(1);
    expect(engine.batches).toMatchObject([[{ slot: new Date(slot), trigger: 'schedule' }]]);
  });

  it('nothing is claimed for a task without a schedule', async () => {
    const { engine, schedules } = await start({ tasks: [aRegisteredTask('by_hand', 'off')], runOnStart: true });
    await pass(DAY);
    expect(schedules.entries).toEqual([]);
    expect(engine.attempts).toBe(0);
  });

  it('a timer that fires early neither claims nor loses a slot', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('often', 'every 1m')] });
    moveClock(-3);
    await pass(MINUTE);
    expect(engine.attempts).toBe(0);
    await pass(3);
    expect(engine.claimed).toEqual(['often schedule 12:01']);
  });
});

describe('At the start', () => {
  const tenHours = (catchUp: CatchUp): ScheduledWorker => ({
    tasks: [aRegisteredTask('hourly', 'every 1h', { catchUp })],
    known: { hourly: since(noonPlus(-10 * HOUR)) },
  });
  const hours = ['03', '04', '05', '06', '07', '08', '09', '10', '11', '12'].map((hour) => `${hour}:00`);
  const missed = (slot: string) => `hourly missed ${slot} (the worker was not running)`;

  it('skip: the missed slots are recorded, none runs', async () => {
    const { engine } = await start(tenHours('skip'));
    expect(engine.claimed).toEqual(hours.map(missed));
  });

  it('latest: the newest of the missed slots runs', async () => {
    const { engine } = await start(tenHours('latest'));
    expect(engine.claimed).toEqual([...hours.slice(0, 9).map(missed), 'hourly catch_up 12:00']);
  });

  it('all: each of the missed slots runs, one after the other', async () => {
    const { engine } = await start(tenHours('all'));
    expect(engine.claimed).toEqual(hours.map((slot) => `hourly catch_up ${slot} queue`));
  });

  it.each(['skip', 'latest', 'all'] as const)('%s: what was missed is claimed in one submission', async (catchUp) => {
    const { engine } = await start(tenHours(catchUp));
    expect(engine.batches).toHaveLength(1);
  });

  it('a run that catches up takes the moment of its start as its reference instant', async () => {
    const { engine } = await start(tenHours('latest'));
    expect(engine.batches[0]?.at(-1)).toEqual({
      ...{ task: 'hourly', trigger: 'catch_up', slot: NOON, at: null, overlap: 'skip' },
    });
  });

  it('all: what is older than a day is recorded, not run', async () => {
    const tasks = [aRegisteredTask('hourly', 'every 1h', { catchUp: 'all' })];
    const { engine } = await start({ tasks, known: { hourly: since(noonPlus(-72 * HOUR)) } });
    const [records, runs] = [engine.claimed.slice(0, 48), engine.claimed.slice(48)];
    expect(records.every((claim) => claim.startsWith('hourly missed'))).toBe(true);
    expect(runs).toHaveLength(24);
    expect(runs[0]).toBe('hourly catch_up 13:00 queue'.replace('13:00', '11-22 13:00'));
    expect(runs.at(-1)).toBe('hourly catch_up 12:00 queue');
  });

  it.each(['latest', 'all'] as const)('%s: the newest slot runs, however long ago it was', async (catchUp) => {
    const tasks = [aRegisteredTask('monthly', '0 0 1 * *', { catchUp, overlap: 'queue' })];
    const { engine } = await start({ tasks, known: { monthly: since(new Date('2026-09-15T00:00:00Z')) } });
    expect(engine.claimed).toEqual([
      'monthly missed 10-01 00:00 (the worker was not running)',
      'monthly catch_up 11-01 00:00 queue',
    ]);
  });

  it.each([
    ['skip', 0],
    ['latest', 1],
    ['all', 100],
  ] as const)('%s: of very many missed slots the oldest are recorded together', async (catchUp, runs) => {
    const tasks = [aRegisteredTask('hasty', 'every 1s', { catchUp })];
    const { engine } = await start({ tasks, known: { hasty: since(noonPlus(-600 * SECOND)) } });
    expect(engine.claimed).toHaveLength(101);
    expect(engine.claimed[0]).toBe(
      'hasty missed 11:58:20 (the worker was not running: 500 slots from 2026-11-23T11:50:01.000Z to 2026-11-23T11:58:20.000Z)',
    );
    expect(engine.claimed[1]).toMatch(/11:58:21/);
    expect(engine.claimed.filter((claim) => claim.includes('catch_up'))).toHaveLength(runs);
  });

  it('a year without the worker is no more work than a day without it', async () => {
    const tasks = [aRegisteredTask('hasty', 'every 100ms'), aRegisteredTask('by_second', '* * * * * *')];
    const known = { hasty: since(noonPlus(-365 * DAY)), by_second: since(noonPlus(-365 * DAY)) };
    const { engine } = await start({ tasks, known });
    expect(engine.claimed).toHaveLength(202);
    expect(engine.claimed[101]).toContain(`${365 * 86_400 - 100} slots`);
  });

  it('a slot at the very instant of the start counts as missed, the next one as on time', async () => {
    const tasks = [aRegisteredTask('often', 'every 1m')];
    const { engine } = await start({ tasks, known: { often: since(noonPlus(-MINUTE)) } });
    await pass(MINUTE);
    expect(engine.claimed).toEqual(['often catch_up 12:00', 'often schedule 12:01']);
  });

  it('a new task has missed nothing', async () => {
    const { engine, schedules } = await start({ tasks: [aRegisteredTask('often', 'every 1m')] });
    expect(schedules.entries).toEqual([{ task: 'often', schedule: 'every 1m', timezone: 'UTC' }]);
    expect(engine.attempts).toBe(0);
  });

  it('a changed schedule replays nothing: the slots of the earlier one are recorded, the new one begins now', async () => {
    const replaced = { schedule: 'every 6h', timezone: 'UTC' };
    const tasks = [aRegisteredTask('report', 'every 1m', { catchUp: 'all' })];
    const { engine } = await start({ tasks, known: { report: { after: noonPlus(-DAY), replaced } } });
    await pass(MINUTE);
    expect(engine.claimed).toEqual([
      'report missed 11-22 18:00 (schedule changed)',
      'report missed 00:00 (schedule changed)',
      'report missed 06:00 (schedule changed)',
      'report missed 12:00 (schedule changed)',
      'report schedule 12:01',
    ]);
  });

  it('very many slots of an earlier schedule are recorded together too', async () => {
    const replaced = { schedule: 'every 1s', timezone: 'UTC' };
    const tasks = [aRegisteredTask('report', 'every 1h')];
    const { engine } = await start({ tasks, known: { report: { after: noonPlus(-HOUR), replaced } } });
    expect(engine.claimed).toHaveLength(101);
    expect(engine.claimed[0]).toMatch(/\(schedule changed: 3500 slots from /);
  });

  it('an earlier schedule that cannot be read any more is let go', async () => {
    const replaced = { schedule: 'every full moon', timezone: 'UTC' };
    const tasks = [aRegisteredTask('report', 'every 1m')];
    const { engine } = await start({ tasks, known: { report: { after: noonPlus(-DAY), replaced } } });
    await pass(MINUTE);
    expect(engine.claimed).toEqual(['report schedule 12:01']);
  });

  it('a ledger from the future does not silence a task until its time has come', async () => {
    const tasks = [aRegisteredTask('often', 'every 1m')];
    const { engine } = await start({ tasks, known: { often: since(noonPlus(DAY)) } });
    await pass(MINUTE);
    expect(engine.claimed).toEqual(['often schedule 12:01']);
  });

  it('one line of the log names what is armed, the first due first', async () => {
    await start({ tasks: [aRegisteredTask('rarely', 'every 1h'), aRegisteredTask('often', 'every 5m')] });
    expect(log).toEqual([
      'log 2 tasks armed: often (every 5m, next 2026-11-23T12:05:00.000Z), rarely (every 1h, next 2026-11-23T13:00:00.000Z)',
    ]);
  });

  it('a line about very many tasks stays readable', async () => {
    const tasks = Array.from({ length: 1_000 }, (_, index) => aRegisteredTask(`task_${index}`, 'every 1h'));
    await start({ tasks });
    expect(log[0]).toMatch(/^log 1000 tasks armed: task_0 .* and 990 more$/);
  });
});

describe('RUN_ON_START', () => {
  it('runs every interval task once, beside its schedule', async () => {
    const tasks = [aRegisteredTask('often', 'every 1m'), aRegisteredTask('by_the_clock', '5 * * * *')];
    const { engine } = await start({ tasks, runOnStart: true });
    expect(engine.batches).toEqual([[{ task: 'often', trigger: 'manual', slot: null, at: null, overlap: 'skip' }]]);
    await pass(2 * MINUTE);
    expect(engine.claimed).toEqual(['often manual', 'often schedule 12:01', 'often schedule 12:02']);
  });

  it('spares a task that catches up anyway', async () => {
    const tasks = [aRegisteredTask('often', 'every 1m'), aRegisteredTask('late', 'every 1h')];
    const { engine } = await start({ tasks, runOnStart: true, known: { late: since(noonPlus(-HOUR)) } });
    expect(engine.claimed).toEqual(['late catch_up 12:00', 'often manual']);
  });

  it('waits for the ledger like any other claim', async () => {
    worker = aScheduledWorker({ tasks: [aRegisteredTask('rarely', 'every 1h')], runOnStart: true });
    worker.engine.failure = new LedgerUnavailableError('The disk is full');
    await worker.scheduler.start();
    worker.engine.failure = null;
    await pass(5 * SECOND);
    expect(worker.engine.claimed).toEqual(['rarely manual']);
  });
});

describe('When slots are noticed late', () => {
  it('by less than five seconds, they are on time', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('often', 'every 1m')] });
    standStill(5 * SECOND);
    await pass(MINUTE);
    expect(engine.claimed).toEqual(['often schedule 12:01']);
  });

  it.each([
    ['skip', ['often missed 12:01 (noticed too late)']],
    ['latest', ['often catch_up 12:01']],
    ['all', ['often catch_up 12:01 queue']],
  ] as const)('%s: by more than that, they follow the policy for missed slots', async (catchUp, claims) => {
    const { engine } = await start({ tasks: [aRegisteredTask('often', 'every 1m', { catchUp })] });
    standStill(5 * SECOND + 1);
    await pass(MINUTE);
    expect(engine.claimed).toEqual(claims);
  });

  it.each([
    [
      'skip',
      [
        'hasty missed 12:00:01 (noticed too late)',
        'hasty missed 12:00:02 (noticed too late)',
        'hasty schedule 12:00:03',
      ],
    ],
    [
      'latest',
      [
        'hasty missed 12:00:01 (noticed too late)',
        'hasty missed 12:00:02 (noticed too late)',
        'hasty schedule 12:00:03',
      ],
    ],
    ['all', ['hasty catch_up 12:00:01 queue', 'hasty catch_up 12:00:02 queue', 'hasty schedule 12:00:03 queue']],
  ] as const)(
    '%s: a run on time stands for the slots that a standstill swallowed before it',
    async (catchUp, claims) => {
      const { engine } = await start({ tasks: [aRegisteredTask('hasty', 'every 1s', { catchUp })] });
      standStill(2 * SECOND);
      await pass(SECOND);
      expect(engine.claimed).toEqual(claims);
    },
  );

  it('a machine that slept over a night is noticed within a minute of waking', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('nightly', '0 3 * * *')] });
    standStill(20 * HOUR);
    await pass(MINUTE);
    expect(engine.claimed).toEqual(['nightly catch_up 11-24 03:00']);
  });
});

describe('When the clock is moved', () => {
  it('forward by a day: one hourly run catches up, 23 slots are missed', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('hourly', '30 * * * *')] });
    moveClock(DAY);
    await pass(MINUTE);
    expect(engine.claimed.slice(0, 23).every((claim) => claim.startsWith('hourly missed'))).toBe(true);
    expect(engine.claimed.slice(23)).toEqual(['hourly catch_up 11-24 11:30']);
    await pass(HOUR);
    expect(engine.claimed.slice(24)).toEqual(['hourly schedule 11-24 12:30']);
  });

  it('back by an hour: no slot runs twice and none is lost', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('often', 'every 10m')] });
    await pass(HOUR + MINUTE);
    const before = engine.claimed;
    expect(before).toHaveLength(6);
    moveClock(-HOUR);
    await pass(HOUR);
    expect(engine.claimed).toEqual(before);
    await pass(10 * MINUTE);
    expect(engine.claimed.slice(6)).toEqual(['often schedule 13:10']);
  });

  it('back to a time before the worker ran: the slots that nobody recorded then run on time', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('often', 'every 10m')] });
    await pass(5 * MINUTE);
    moveClock(-30 * MINUTE);
    await pass(30 * MINUTE);
    expect(engine.claimed).toEqual(['often schedule 11:40', 'often schedule 11:50', 'often schedule 12:00']);
  });

  it('back, between two looks: no slot slips through in between', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('nightly', '10 30 11 * * *')] });
    await pass(15 * SECOND);
    moveClock(-30 * MINUTE - 10 * SECOND);
    await pass(50 * SECOND);
    expect(engine.claimed).toEqual(['nightly catch_up 11:30:10']);
  });

  it('back: one warning is logged, and none when it is merely kept in step', async () => {
    await start({ tasks: [aRegisteredTask('often', 'every 10m')] });
    const warnings = () => log.filter((line) => line.startsWith('warn'));
    moveClock(-20);
    await pass(2 * MINUTE);
    expect(warnings()).toEqual([]);
    moveClock(-HOUR);
    await pass(HOUR);
    expect(warnings()).toEqual([expect.stringMatching(/clock was set back by 59m.* not run again/)]);
  });

  it('to and fro, whatever it does: every slot that the clock came by has its outcome', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('often', 'every 1m')] });
    const passed = new Set<number>();
    for (const move of [30 * MINUTE, -20 * MINUTE, 3 * HOUR, -5 * HOUR, 90 * SECOND, -DAY, 2 * DAY, -7 * SECOND]) {
      moveClock(move);
      const from = Math.floor(Date.now() / MINUTE) * MINUTE;
      for (let minute = 1; minute <= 7; minute += 1) passed.add(from + minute * MINUTE);
      await pass(7 * MINUTE);
    }
    const recorded = new Set(engine.batches.flat().map(({ slot }) => slot?.getTime()));
    expect([...passed].filter((slot) => !recorded.has(slot))).toEqual([]);
  });
});

describe('While the ledger cannot record', () => {
  const unavailable = new LedgerUnavailableError('The disk is full');

  it('slots are tried again every second, without spinning, and run on time once it can', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('often', 'every 1m')] });
    engine.failure = unavailable;
    await pass(MINUTE + 3_500);
    expect(engine.attempts).toBe(4);
    engine.failure = null;
    await pass(SECOND);
    expect(engine.claimed).toEqual(['often schedule 12:01']);
  });

  it('slots of a long outage follow the policy for missed ones: each has its outcome', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('often', 'every 1m')] });
    engine.failure = unavailable;
    await pass(3 * MINUTE + 30 * SECOND);
    engine.failure = null;
    await pass(MINUTE);
    expect(engine.claimed).toEqual([
      'often missed 12:01 (noticed too late)',
      'often missed 12:02 (noticed too late)',
      'often catch_up 12:03',
      'often schedule 12:04',
    ]);
  });

  it('what was missed before the start is not forgotten', async () => {
    const replaced = { schedule: 'every 1h', timezone: 'UTC' };
    const tasks = [aRegisteredTask('hourly', 'every 1h'), aRegisteredTask('changed', 'every 1d')];
    const known = { hourly: since(noonPlus(-2 * HOUR)), changed: { after: noonPlus(-HOUR), replaced } };
    worker = aScheduledWorker({ tasks, known });
    worker.engine.failure = unavailable;
    await worker.scheduler.start();
    expect(worker.engine.claimed).toEqual([]);
    worker.engine.failure = null;
    await pass(SECOND);
    expect(worker.engine.claimed).toEqual([
      'changed missed 12:00 (schedule changed)',
      'hourly missed 11:00 (the worker was not running)',
      'hourly catch_up 12:00',
    ]);
    await pass(HOUR);
    expect(worker.engine.claimed.slice(3)).toEqual(['hourly schedule 13:00']);
  });

  it('its failure is logged once, and so is its return', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('hasty', 'every 1s')] });
    log.length = 0;
    engine.failure = unavailable;
    await pass(10 * SECOND);
    engine.failure = null;
    await pass(10 * SECOND);
    expect(log).toEqual([
      expect.stringMatching(/^error Due slots cannot be recorded/),
      expect.stringMatching(/^log Due slots are recorded again/),
    ]);
  });

  it('any other failure of the engine is treated alike', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('often', 'every 1m')] });
    engine.failure = new TypeError('a bug');
    await pass(MINUTE);
    engine.failure = null;
    await pass(SECOND);
    expect(engine.claimed).toEqual(['often schedule 12:01']);
  });

  it('the start fails when the schedules cannot be adopted', async () => {
    worker = aScheduledWorker({ tasks: [aRegisteredTask('often', 'every 1m')] });
    worker.schedules.gate = Promise.reject(unavailable);
    await expect(worker.scheduler.start()).rejects.toBe(unavailable);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('At the end', () => {
  it('nothing is claimed after stop', async () => {
    const { engine, scheduler } = await start({ tasks: [aRegisteredTask('hasty', 'every 1s')] });
    await pass(SECOND);
    scheduler.stop();
    await pass(HOUR);
    expect(engine.claimed).toEqual(['hasty schedule 12:00:01']);
  });

  it('a submission in flight finishes, and none follows', async () => {
    const { engine, scheduler } = await start({ tasks: [aRegisteredTask('hasty', 'every 1s')] });
    const gate = Promise.withResolvers<void>();
    engine.gate = gate.promise;
    await pass(SECOND);
    scheduler.stop();
    gate.resolve();
    await pass(HOUR);
    expect(engine.claimed).toEqual(['hasty schedule 12:00:01']);
  });

  it('a stop during the start wins', async () => {
    worker = aScheduledWorker({ tasks: [aRegisteredTask('late', 'every 1h')], known: { late: since(noonPlus(-DAY)) } });
    const gate = Promise.withResolvers<void>();
    worker.schedules.gate = gate.promise;
    const started = worker.scheduler.start();
    worker.scheduler.stop();
    gate.resolve();
    await started;
    await pass(HOUR);
    expect(worker.engine.attempts).toBe(0);
  });

  it('nothing is claimed from an engine that is draining', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('hasty', 'every 1s')] });
    engine.phase = 'draining';
    await pass(MINUTE);
    expect(engine.attempts).toBe(0);
  });

  it('a drain that comes between the look and the claim is no failure', async () => {
    const { engine } = await start({ tasks: [aRegisteredTask('hasty', 'every 1s')] });
    log.length = 0;
    engine.failure = new EngineNotAcceptingError('draining');
    await pass(SECOND);
    expect(log).toEqual([]);
  });
});

describe('Signs of life', () => {
  it('the scheduler looks at the clock at least once a minute', async () => {
    const { scheduler } = await start({ tasks: [aRegisteredTask('rare', 'every 365d')] });
    for (let minute = 1; minute <= 5; minute += 1) {
      await pass(MINUTE);
      expect(scheduler.heartbeat).toMatchObject({ lastBeatAt: noonPlus(minute * MINUTE), age: 0 });
    }
  });

  it('the age of the last look does not follow the clock on the wall', async () => {
    const { scheduler } = await start({ tasks: [aRegisteredTask('rare', 'every 365d')] });
    await pass(10 * SECOND);
    moveClock(DAY);
    expect(scheduler.heartbeat.age).toBeCloseTo(10 * SECOND);
  });

  it('the next slot of a task can be asked for', async () => {
    const tasks = [aRegisteredTask('often', 'every 5m'), aRegisteredTask('by_hand', 'off')];
    const { scheduler } = await start({ tasks });
    expect(scheduler.nextSlot('often')).toEqual(noonPlus(5 * MINUTE));
    expect(scheduler.nextSlot('by_hand')).toBeNull();
    expect(scheduler.nextSlot('unknown')).toBeNull();
  });
});
