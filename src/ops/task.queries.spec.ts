import type { CommandLedger } from '../ledger/command-ledger.js';
import type { Pause } from '../ledger/pause.js';
import type { RunHistory, TaskOverview } from '../ledger/run-history.js';
import { HOUR, MINUTE } from '../time/duration.js';
import type { KnownTask } from '../worker/registry/registered-task.js';
import { TaskCatalogue } from '../worker/registry/task-catalogue.js';
import { IntervalSchedule } from '../worker/schedules/interval.schedule.js';
import { aRun } from '../worker/testing/task-context.fake.js';
import { TaskQueries } from './task.queries.js';

const NOW = new Date('2026-11-23T12:00:00.000Z');
const FINISHED = new Date(NOW.getTime() - MINUTE);

const TASKS: readonly KnownTask[] = [
  { name: 'hourly', schedule: new IntervalSchedule(HOUR), timeout: 30 * MINUTE, manualOnly: false },
  { name: 'by_hand', schedule: null, timeout: MINUTE, manualOnly: true },
];

class TwoTasks extends TaskCatalogue {
  all(): readonly KnownTask[] {
    return TASKS;
  }
}

describe('TaskQueries', () => {
  let now: Date;
  let overviews: Map<string, TaskOverview>;
  let pauses: Pause[];
  let queries: TaskQueries;

  beforeEach(() => {
    now = NOW;
    overviews = new Map();
    pauses = [];
    const history = { overview: async () => overviews } as unknown as RunHistory;
    const commands = { pauses: async () => pauses } as unknown as CommandLedger;
    queries = new TaskQueries(new TwoTasks(), history, commands, { now: () => now });
  });

  it('show the schedule of a task, its last run, its next slot, and by when it has to succeed again', async () => {
    const lastRun = aRun({ status: 'succeeded', finishedAt: FINISHED });
    overviews.set('hourly', { task: 'hourly', lastRun: { ...lastRun, ...{ owner: 'x' } }, lastSuccessAt: FINISHED });
    const [view] = await queries.list();
    expect(view).toEqual({
      name: 'hourly',
      schedule: 'every 1h',
      description: 'every hour',
      timezone: 'UTC',
      nextRun: new Date('2026-11-23T13:00:00.000Z'),
      status: 'succeeded',
      lastRun: { ...lastRun, params: null, dryRun: false },
      lastSuccessAt: FINISHED,
      expectedBy: new Date('2026-11-23T12:30:00.000Z'),
      stale: false,
      paused: null,
    });
  });

  it('show a task that has neither a schedule nor a run', async () => {
    const [, view] = await queries.list();
    expect(view).toMatchObject({
      schedule: 'off',
      description: 'by hand only',
      timezone: null,
      nextRun: null,
      status: null,
      lastRun: null,
      expectedBy: null,
    });
  });

  it('count the slots of a task that never succeeded from the start of the process', async () => {
    now = new Date(NOW.getTime() + 2 * HOUR);
    const [view] = await queries.list();
    expect(view).toMatchObject({ expectedBy: new Date('2026-11-23T13:30:00.000Z'), stale: true });
  });

  describe('of a paused task', () => {
    const actor = { name: 'anna', role: 'operator', via: 'cli' } as const;
    const aPause = (changes: Partial<Pause>): Pause => {
      return { task: 'hourly', since: FINISHED, ends: null, reason: 'API moves', actor, ...changes };
    };

    it('show the pause, no next run, and expect nothing', async () => {
      pauses = [aPause({})];
      const [view, other] = await queries.list();
      expect(view).toMatchObject({ paused: aPause({}), nextRun: null, expectedBy: null, stale: false });
      expect(other?.paused).toBeNull();
    });

    it('show the first slot that is not in the pause', async () => {
      pauses = [aPause({ ends: new Date(NOW.getTime() + 2 * HOUR) })];
      expect((await queries.list())[0]?.nextRun).toEqual(new Date(NOW.getTime() + 2 * HOUR));
      pauses = [aPause({ task: null, ends: new Date(NOW.getTime() + 2 * HOUR + 1) })];
      expect((await queries.list())[0]?.nextRun).toEqual(new Date(NOW.getTime() + 3 * HOUR));
    });

    it('expect its next success as long after the pause as after a success', async () => {
      const success = new Date(NOW.getTime() - 10 * HOUR);
      overviews.set('hourly', { task: 'hourly', lastRun: null, lastSuccessAt: success });
      expect((await queries.list())[0]).toMatchObject({ stale: true });
      pauses = [aPause({ ends: NOW })];
      const [view] = await queries.list();
      expect(view).toMatchObject({ stale: false, paused: null, expectedBy: new Date('2026-11-23T13:30:00.000Z') });
    });
  });

  it('name the next slots', () => {
    expect(queries.slots('hourly', 2)).toEqual([
      new Date('2026-11-23T13:00:00.000Z'),
      new Date('2026-11-23T14:00:00.000Z'),
    ]);
    expect(queries.slots('by_hand', 2)).toEqual([]);
  });

  it('refuse a name that no task has, with the one that was meant', () => {
    expect(() => queries.get('hurly')).toThrow('There is no task "hurly". Did you mean hourly?');
  });
});
