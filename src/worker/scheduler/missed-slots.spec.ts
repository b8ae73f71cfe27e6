import { DAY, HOUR, MINUTE, SECOND } from '../../time/duration.js';
import type { CatchUp } from '../../config/settings.js';
import {
  aRegisteredTask,
  NOON,
  noonPlus,
  pass,
  type ScheduledWorker,
  since,
  standStill,
  useScheduledWorker,
} from './testing/scheduled-worker.js';

const scene = useScheduledWorker();
const NO_SLOTS = { slots: [], omitted: 0 };

describe('At the start', () => {
  const tenHours = (catchUp: CatchUp): ScheduledWorker => ({
    tasks: [aRegisteredTask('hourly', 'every 1h', { catchUp })],
    known: { hourly: since(noonPlus(-10 * HOUR)) },
  });
  const hours = ['03', '04', '05', '06', '07', '08', '09', '10', '11', '12'].map((hour) => `${hour}:00`);
  const missed = (slot: string) => `hourly missed ${slot} (down)`;

  it('skip: the missed slots are recorded, none runs', async () => {
    const { engine } = await scene.start(tenHours('skip'));
    expect(engine.claimed).toEqual(hours.map(missed));
  });

  it('latest: the newest of the missed slots runs', async () => {
    const { engine } = await scene.start(tenHours('latest'));
    expect(engine.claimed).toEqual([...hours.slice(0, 9).map(missed), 'hourly catch_up 12:00']);
  });

  it('all: each of the missed slots runs, one after the other', async () => {
    const { engine } = await scene.start(tenHours('all'));
    expect(engine.claimed).toEqual(hours.map((slot) => `hourly catch_up ${slot} queue`));
  });

  it.each(['skip', 'latest', 'all'] as const)('%s: what was missed is claimed in one submission', async (catchUp) => {
    const { engine } = await scene.start(tenHours(catchUp));
    expect(engine.batches).toHaveLength(1);
  });

  it('a run that catches up takes the moment of its start as its reference instant', async () => {
    const { engine } = await scene.start(tenHours('latest'));
    expect(engine.batches[0]?.at(-1)).toEqual({
      ...{ task: 'hourly', trigger: 'catch_up', slot: NOON, at: null, overlap: 'skip' },
    });
  });

  it('all: what is older than a day is recorded, not run', async () => {
    const tasks = [aRegisteredTask('hourly', 'every 1h', { catchUp: 'all' })];
    const { engine } = await scene.start({ tasks, known: { hourly: since(noonPlus(-72 * HOUR)) } });
    const [records, runs] = [engine.claimed.slice(0, 48), engine.claimed.slice(48)];
    expect(records.every((claim) => claim.startsWith('hourly missed'))).toBe(true);
    expect(runs).toHaveLength(24);
    expect(runs[0]).toBe('hourly catch_up 13:00 queue'.replace('13:00', '11-22 13:00'));
    expect(runs.at(-1)).toBe('hourly catch_up 12:00 queue');
  });

  it.each([
    ['latest', 'down'],
    ['all', 'catch_up_bound'],
  ] as const)('%s: the newest slot runs, however long ago it was', async (catchUp, reason) => {
    const tasks = [aRegisteredTask('monthly', '0 0 1 * *', { catchUp, overlap: 'queue' })];
    const { engine } = await scene.start({ tasks, known: { monthly: since(new Date('2026-09-15T00:00:00Z')) } });
    expect(engine.claimed).toEqual([`monthly missed 10-01 00:00 (${reason})`, 'monthly catch_up 11-01 00:00 queue']);
  });

  it.each([
    ['skip', 0, 'down'],
    ['latest', 1, 'down'],
    ['all', 100, 'catch_up_bound'],
  ] as const)('%s: of very many missed slots the oldest are recorded together', async (catchUp, runs, reason) => {
    const tasks = [aRegisteredTask('hasty', 'every 1s', { catchUp })];
    const { engine } = await scene.start({ tasks, known: { hasty: since(noonPlus(-600 * SECOND)) } });
    expect(engine.claimed).toHaveLength(101);
    expect(engine.claimed[0]).toBe(
      `hasty missed 11:58:20 (${reason}: 500 slots from 2026-11-23T11:50:01.000Z to 2026-11-23T11:58:20.000Z)`,
    );
    expect(engine.claimed[1]).toMatch(/11:58:21/);
    expect(engine.claimed.filter((claim) => claim.includes(' catch_up '))).toHaveLength(runs);
  });

  it('a year without the worker is no more work than a day without it', async () => {
    const tasks = [aRegisteredTask('hasty', 'every 100ms'), aRegisteredTask('by_second', '* * * * * *')];
    const known = { hasty: since(noonPlus(-365 * DAY)), by_second: since(noonPlus(-365 * DAY)) };
    const { engine } = await scene.start({ tasks, known });
    expect(engine.claimed).toHaveLength(202);
    expect(engine.claimed[101]).toContain(`${365 * 86_400 - 100} slots`);
  });

  it('a slot at the very instant of the start counts as missed, the next one as on time', async () => {
    const tasks = [aRegisteredTask('often', 'every 1m')];
    const { engine } = await scene.start({ tasks, known: { often: since(noonPlus(-MINUTE)) } });
    await pass(MINUTE);
    expect(engine.claimed).toEqual(['often catch_up 12:00', 'often schedule 12:01']);
  });

  it('a new task has missed nothing', async () => {
    const { engine, schedules } = await scene.start({ tasks: [aRegisteredTask('often', 'every 1m')] });
    expect(schedules.entries).toEqual([{ task: 'often', schedule: 'every 1m', timezone: 'UTC' }]);
    expect(engine.attempts).toBe(0);
  });

  it('a changed schedule replays nothing: the slots of the earlier one are recorded, the new one begins now', async () => {
    const replaced = { schedule: 'every 6h', timezone: 'UTC' };
    const tasks = [aRegisteredTask('report', 'every 1m', { catchUp: 'all' })];
    const { engine, schedules } = await scene.start({ tasks, known: { report: { after: noonPlus(-DAY), replaced } } });
    await pass(MINUTE);
    expect(schedules.claimed).toEqual([
      'report missed 11-22 18:00 (schedule_changed)',
      'report missed 00:00 (schedule_changed)',
      'report missed 06:00 (schedule_changed)',
      'report missed 12:00 (schedule_changed)',
    ]);
    expect(engine.claimed).toEqual(['report schedule 12:01']);
    const told = scene.told.filter(([name]) => name === 'slot.missed');
    expect(told).toMatchObject(schedules.claimed.map(() => ['slot.missed', { run: { task: 'report' } }]));
  });

  it('very many slots of an earlier schedule are recorded together too', async () => {
    const replaced = { schedule: 'every 1s', timezone: 'UTC' };
    const tasks = [aRegisteredTask('report', 'every 1h')];
    const { schedules } = await scene.start({ tasks, known: { report: { after: noonPlus(-HOUR), replaced } } });
    expect(schedules.claimed).toHaveLength(101);
    expect(schedules.claimed[0]).toMatch(/\(schedule_changed: 3500 slots from /);
  });

  it('an earlier schedule that cannot be read any more is let go', async () => {
    const replaced = { schedule: 'every full moon', timezone: 'UTC' };
    const tasks = [aRegisteredTask('report', 'every 1m')];
    const { engine, schedules } = await scene.start({ tasks, known: { report: { after: noonPlus(-DAY), replaced } } });
    await pass(MINUTE);
    expect([...schedules.claimed, ...engine.claimed]).toEqual(['report schedule 12:01']);
  });

  it('a ledger from the future does not silence a task until its time has come', async () => {
    const tasks = [aRegisteredTask('often', 'every 1m')];
    const { engine } = await scene.start({ tasks, known: { often: since(noonPlus(DAY)) } });
    await pass(MINUTE);
    expect(engine.claimed).toEqual(['often schedule 12:01']);
  });

  it('what is armed is told, the first due first', async () => {
    const past = { text: '0 0 1 1 *', timezone: 'UTC', description: '', next: () => null, between: () => NO_SLOTS };
    await scene.start({
      tasks: [
        aRegisteredTask('never', 'every 1h', { schedule: past }),
        aRegisteredTask('rarely', 'every 1h'),
        aRegisteredTask('often', 'every 5m'),
        aRegisteredTask('by_hand', 'off'),
      ],
    });
    const tasks = [
      { name: 'often', schedule: 'every 5m', next: noonPlus(5 * MINUTE) },
      { name: 'rarely', schedule: 'every 1h', next: noonPlus(HOUR) },
      { name: 'never', schedule: '0 0 1 1 *', next: null },
    ];
    expect(scene.told).toEqual([['scheduler.armed', { tasks }]]);
  });
});

describe('When slots are noticed late', () => {
  it('by less than five seconds, they are on time', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('often', 'every 1m')] });
    standStill(5 * SECOND);
    await pass(MINUTE);
    expect(engine.claimed).toEqual(['often schedule 12:01']);
  });

  it.each([
    ['skip', ['often missed 12:01 (late)']],
    ['latest', ['often catch_up 12:01']],
    ['all', ['often catch_up 12:01 queue']],
  ] as const)('%s: by more than that, they follow the policy for missed slots', async (catchUp, claims) => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('often', 'every 1m', { catchUp })] });
    standStill(5 * SECOND + 1);
    await pass(MINUTE);
    expect(engine.claimed).toEqual(claims);
  });

  it.each([
    ['skip', ['hasty missed 12:00:01 (late)', 'hasty missed 12:00:02 (late)', 'hasty schedule 12:00:03']],
    ['latest', ['hasty missed 12:00:01 (late)', 'hasty missed 12:00:02 (late)', 'hasty schedule 12:00:03']],
    ['all', ['hasty catch_up 12:00:01 queue', 'hasty catch_up 12:00:02 queue', 'hasty schedule 12:00:03 queue']],
  ] as const)(
    '%s: a run on time stands for the slots that a standstill swallowed before it',
    async (catchUp, claims) => {
      const { engine } = await scene.start({ tasks: [aRegisteredTask('hasty', 'every 1s', { catchUp })] });
      standStill(2 * SECOND);
      await pass(SECOND);
      expect(engine.claimed).toEqual(claims);
      await pass(SECOND - 1);
      expect(engine.attempts).toBe(1);
    },
  );

  it('a machine that slept over a night is noticed within a minute of waking', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('nightly', '0 3 * * *')] });
    standStill(20 * HOUR);
    await pass(MINUTE);
    expect(engine.claimed).toEqual(['nightly catch_up 11-24 03:00']);
  });
});
