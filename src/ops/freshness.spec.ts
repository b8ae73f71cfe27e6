import { HOUR, MINUTE, SECOND } from '../time/duration.js';
import type { RegisteredTask } from '../worker/registry/registered-task.js';
import type { TaskOverview } from '../ledger/run-history.js';
import type { Run, RunStatus } from '../runs/run.js';
import { IntervalSchedule } from '../worker/schedules/interval.schedule.js';
import { freshness } from './freshness.js';

const NOON = Date.parse('2026-11-23T12:00:00Z');

const every = (period: number, timeout = 30 * MINUTE): RegisteredTask =>
  ({ name: 'sample', schedule: new IntervalSchedule(period), timeout }) as Partial<RegisteredTask> as RegisteredTask;

const overview = (lastSuccessAt: number | null, status: RunStatus = 'succeeded', startedAt = NOON): TaskOverview => ({
  task: 'sample',
  lastRun: { status, startedAt: new Date(startedAt) } as Run,
  lastSuccessAt: lastSuccessAt === null ? null : new Date(lastSuccessAt),
});

describe('freshness', () => {
  it('is what the task asks for, from its last success or the start on', () => {
    const task = { ...every(HOUR), freshness: 2 * HOUR };
    expect(freshness(task, overview(NOON), 0, NOON + 2 * HOUR)).toEqual({ expectedBy: NOON + 2 * HOUR, stale: false });
    expect(freshness(task, overview(NOON), 0, NOON + 2 * HOUR + 1).stale).toBe(true);
    expect(freshness(task, undefined, NOON, NOON).expectedBy).toBe(NOON + 2 * HOUR);
    expect(freshness({ ...task, schedule: null }, undefined, 0, NOON).expectedBy).toBeNull();
  });

  it('expects the run of the slot after the last success within the deadline of a run', () => {
    const { expectedBy } = freshness(every(HOUR), overview(NOON + SECOND), NOON, NOON + MINUTE);
    expect(expectedBy).toBe(NOON + HOUR + 30 * MINUTE);
  });

  it('expects it within one period when that is shorter than the deadline of a run', () => {
    const { expectedBy } = freshness(every(5 * MINUTE), overview(NOON + SECOND), NOON, NOON + MINUTE);
    expect(expectedBy).toBe(NOON + 10 * MINUTE);
  });

  it('leaves a task of every second a minute', () => {
    const { expectedBy } = freshness(every(SECOND), overview(NOON), NOON, NOON);
    expect(expectedBy).toBe(NOON + SECOND + MINUTE);
  });

  it('is stale from the moment after', () => {
    const task = every(5 * MINUTE);
    expect(freshness(task, overview(NOON), NOON, NOON + 10 * MINUTE).stale).toBe(false);
    expect(freshness(task, overview(NOON), NOON, NOON + 10 * MINUTE + 1).stale).toBe(true);
  });

  it('lets a slow run that began in time use the whole of its deadline', () => {
    const begun = NOON + 5 * MINUTE;
    const { expectedBy } = freshness(every(5 * MINUTE), overview(NOON, 'running', begun), NOON, begun);
    expect(expectedBy).toBe(begun + 30 * MINUTE);
  });

  it('is not made fresh by a run that began too late', () => {
    const begun = NOON + 45 * MINUTE;
    expect(freshness(every(5 * MINUTE), overview(NOON, 'running', begun), NOON, begun).stale).toBe(true);
  });

  it('counts from the start of the service for a task that never succeeded', () => {
    expect(freshness(every(HOUR), undefined, NOON + 1, NOON + 2)).toEqual({
      expectedBy: NOON + HOUR + 30 * MINUTE,
      stale: false,
    });
    expect(freshness(every(HOUR), overview(null, 'failed'), NOON + 1, NOON + 2 * HOUR).stale).toBe(true);
  });

  it('does not trust a success of the future', () => {
    const ahead = overview(NOON + 24 * HOUR);
    expect(freshness(every(HOUR), ahead, NOON + 1, NOON + 2).expectedBy).toBe(NOON + HOUR + 30 * MINUTE);
    expect(freshness(every(HOUR), ahead, NOON + 1, NOON + 2 * HOUR).stale).toBe(true);
  });

  it('expects nothing of a task without a schedule', () => {
    const task = { ...every(HOUR), schedule: null };
    expect(freshness(task, undefined, NOON, NOON + 365 * 24 * HOUR)).toEqual({
      expectedBy: null,
      stale: false,
    });
  });
});
