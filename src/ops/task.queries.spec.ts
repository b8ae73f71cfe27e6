import type { RunHistory, TaskOverview } from '../ledger/run-history.js';
import { HOUR, MINUTE } from '../time/duration.js';
import type { RegisteredTask } from '../worker/registry/registered-task.js';
import type { TaskRegistry } from '../worker/registry/task-registry.js';
import { IntervalSchedule } from '../worker/schedules/interval.schedule.js';
import { aRun } from '../worker/testing/task-context.fake.js';
import { TaskQueries } from './task.queries.js';

const NOW = new Date('2026-11-23T12:00:00.000Z');
const FINISHED = new Date(NOW.getTime() - MINUTE);

const HOURLY = {
  name: 'hourly',
  task: { manualOnly: false },
  schedule: new IntervalSchedule(HOUR),
  timeout: 30 * MINUTE,
} as unknown as RegisteredTask;
const BY_HAND = { name: 'by_hand', task: { manualOnly: true }, schedule: null } as RegisteredTask;

describe('TaskQueries', () => {
  let now: Date;
  let overviews: Map<string, TaskOverview>;
  let queries: TaskQueries;

  beforeEach(() => {
    now = NOW;
    overviews = new Map();
    const tasks = [HOURLY, BY_HAND];
    const registry = { all: () => tasks, find: (name: string) => tasks.find((task) => task.name === name) };
    queries = new TaskQueries(
      { ...registry, nearest: () => 'hourly' } as unknown as TaskRegistry,
      { overview: async () => overviews } as unknown as RunHistory,
      { now: () => now },
    );
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
      lastRun,
      lastSuccessAt: FINISHED,
      expectedBy: new Date('2026-11-23T12:30:00.000Z'),
      stale: false,
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
