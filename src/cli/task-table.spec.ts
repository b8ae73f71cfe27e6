import { aRun } from '../worker/testing/task-context.fake.js';
import { NO_COLORS } from './format/colors.js';
import { listedTask, taskTable } from './task-table.js';
import { aTask, NOW } from './testing/application.fake.js';

const FINISHED = new Date(NOW.getTime() - 1_000);
const LAST_RUN = aRun({
  status: 'succeeded',
  startedAt: new Date(NOW.getTime() - 120_000),
  finishedAt: FINISHED,
  result: { deletedCount: 12 },
});
const OVERVIEW = { task: 'cleanup_old_orders', lastRun: LAST_RUN, lastSuccessAt: FINISHED };

describe('a listed task', () => {
  it('tells its schedule, its last run and its next slot', () => {
    expect(listedTask(aTask('cleanup_old_orders'), OVERVIEW, NOW)).toEqual({
      name: 'cleanup_old_orders',
      schedule: 'every 1h',
      description: 'every hour',
      timezone: 'UTC',
      status: 'succeeded',
      lastRun: LAST_RUN,
      lastSuccessAt: FINISHED,
      nextRun: new Date('2026-11-23T13:00:00.000Z'),
    });
  });

  it('may have neither a schedule nor a run', () => {
    expect(listedTask(aTask('by_hand', null), undefined, NOW)).toMatchObject({
      schedule: 'off',
      description: 'by hand only',
      timezone: null,
      status: null,
      lastRun: null,
      nextRun: null,
    });
  });
});

describe('the table of tasks', () => {
  it('shows each task on a line', () => {
    const tasks = [
      listedTask(aTask('cleanup_old_orders'), OVERVIEW, NOW),
      listedTask(aTask('send_reminders'), undefined, NOW),
      listedTask(aTask('by_hand', null), undefined, NOW),
    ];
    expect(taskTable(tasks, { now: NOW, colors: NO_COLORS, width: null }).split('\n')).toEqual([
      'TASK                SCHEDULE      STATUS     LAST RUN   NEXT RUN  OUTCOME',
      'cleanup_old_orders  every hour    succeeded  2 min ago  in 1 h    deletedCount 12 · 1m 59s',
      'send_reminders      every hour    never ran             in 1 h',
      'by_hand             by hand only  never ran             —',
    ]);
  });
});
