import { aRun } from '../worker/testing/task-context.fake.js';
import { NO_COLORS } from './format/colors.js';
import { taskTable } from './task-table.js';
import { aTask, FakeApplication, NOW } from './testing/application.fake.js';

const FINISHED = new Date(NOW.getTime() - 1_000);
const LAST_RUN = aRun({
  status: 'succeeded',
  startedAt: new Date(NOW.getTime() - 120_000),
  finishedAt: FINISHED,
  result: { deletedCount: 12 },
});
const OVERVIEW = { task: 'cleanup_old_orders', lastRun: LAST_RUN, lastSuccessAt: FINISHED };

describe('the table of tasks', () => {
  it('shows each task on a line', async () => {
    const fake = new FakeApplication();
    fake.tasks = [aTask('cleanup_old_orders'), aTask('send_reminders'), aTask('by_hand', null)];
    fake.overviews = new Map([[OVERVIEW.task, OVERVIEW]]);
    const tasks = await fake.asApplication().tasks.list();
    expect(taskTable(tasks, { now: NOW, colors: NO_COLORS, width: null, timeZone: 'UTC' }).split('\n')).toEqual([
      'TASK                SCHEDULE      STATUS     LAST RUN   NEXT RUN  OUTCOME',
      'cleanup_old_orders  every hour    succeeded  2 min ago  in 1 h    deletedCount 12 · 1m 59s',
      'send_reminders      every hour    never ran             in 1 h',
      'by_hand             by hand only  never ran             —',
    ]);
  });
});
