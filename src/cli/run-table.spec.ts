import picocolors from 'picocolors';
import { aRun } from '../worker/testing/task-context.fake.js';
import { NO_COLORS } from './format/colors.js';
import { runTable } from './run-table.js';
import { NOW } from './testing/application.fake.js';

const ID = '01a20a76-28a9-7000-9649-6fae7d58cc33';
const STARTED = new Date(NOW.getTime() - 120_000);

const RUNS = [
  aRun({
    id: ID,
    task: 'process_pending_orders',
    trigger: 'catch_up',
    status: 'partial',
    attempt: 2,
    startedAt: STARTED,
    finishedAt: new Date(STARTED.getTime() + 4_200),
    items: { total: 1_000, succeeded: 997, failed: 3, skipped: 0 },
    result: { processed: 997, failed: 3 },
  }),
  aRun({
    id: ID,
    task: 'cleanup_old_orders',
    trigger: 'schedule',
    status: 'timed_out',
    startedAt: STARTED,
    finishedAt: NOW,
    error: { name: 'E', message: 'first line\nsecond \u001b[2J', code: 'TIMED_OUT' },
  }),
  aRun({
    id: ID,
    task: 'send_reminders',
    trigger: 'schedule',
    slot: STARTED,
    status: 'skipped',
    reason: 'overlap',
    startedAt: null,
    finishedAt: NOW,
  }),
];

describe('the table of runs', () => {
  it('shows each run on a line', () => {
    expect(runTable(RUNS, { now: NOW, colors: NO_COLORS, width: null, timeZone: 'UTC' }).split('\n')).toEqual([
      'RUN                 TASK                    STATUS               TRIGGER   STARTED    DURATION  DETAILS',
      '01a20a76-28a9-7000  process_pending_orders  partial (attempt 2)  catch up  2 min ago      4.2s  997 of 1,000, 3 failed',
      '01a20a76-28a9-7000  cleanup_old_orders      timed out            schedule  2 min ago    2m 00s  first line second \\u001b[2J',
      '01a20a76-28a9-7000  send_reminders          skipped              schedule  2 min ago            the run before was still active',
    ]);
  });

  it('fits a terminal of 80 columns', () => {
    const lines = runTable(RUNS.slice(1), { now: NOW, colors: NO_COLORS, width: 80, timeZone: 'UTC' }).split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines[1]).toContain('timed out');
  });

  it('tells how runs ended by colour too', () => {
    const text = runTable(RUNS, { now: NOW, colors: picocolors.createColors(true), width: null, timeZone: 'UTC' });
    expect(text).toContain('\u001b[33mpartial (attempt 2)\u001b[39m');
    expect(text).toContain('\u001b[31mtimed out          \u001b[39m');
  });
});
