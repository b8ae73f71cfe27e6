import { z } from 'zod';
import { DAY } from '../../time/duration.js';
import { MAX_TIMER_MS } from '../../time/longest-timer.js';
import type { BaseTask } from '../authoring/base.task.js';
import { TaskState } from '../authoring/task-state.js';
import { type Complaint, show } from './declared-schedule.js';
import { keysWithoutFalse, READABLE_BOOLEAN } from './text-value.js';

const SNAKE_CASE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const OVERLAPS = ['skip', 'queue'];
const CATCH_UPS = ['skip', 'latest', 'all'];

/** What is wrong with the properties that an author has given a task. */
export function propertyComplaints(task: BaseTask): Complaint[] {
  return [...ofPlainProperties(task), ...ofParams(task), ...ofState(task)];
}

function ofPlainProperties({ name, timeout, freshness, overlap, catchUp }: BaseTask): Complaint[] {
  const complaints: Complaint[] = [];
  const complain = (found: string, expected: string) => complaints.push({ found, expected });
  if (typeof name !== 'string' || !SNAKE_CASE.test(name)) {
    complain(`named ${show(name)}`, 'a name in snake_case such as send_reminders');
  }
  if (!Number.isInteger(timeout) || timeout < 1 || timeout > MAX_TIMER_MS) {
    const most = Math.floor(MAX_TIMER_MS / DAY);
    const expected = `a whole number of milliseconds from 1 to ${most} days, such as 30 * MINUTE`;
    complain(`with timeout ${show(timeout)}`, expected);
  }
  if (freshness !== undefined && !(freshness > 0)) {
    const expected = 'a number of milliseconds above 0, such as 2 * HOUR, or undefined';
    complain(`with freshness ${show(freshness)}`, expected);
  }
  if (!OVERLAPS.includes(overlap)) complain(`with overlap ${show(overlap)}`, `one of ${OVERLAPS.join(', ')}`);
  if (!CATCH_UPS.includes(catchUp)) complain(`with catchUp ${show(catchUp)}`, `one of ${CATCH_UPS.join(', ')}`);
  return complaints;
}

function ofParams({ params, manualOnly }: BaseTask): Complaint[] {
  if (params === undefined) return [];
  if (!(params instanceof z.ZodObject)) {
    return [{ found: 'with params that are not a schema', expected: 'z.object({ … })' }];
  }
  const complaints = keysWithoutFalse(params).map((key) => ({
    found: `with the parameter ${key}, for which the text false is true`,
    expected: READABLE_BOOLEAN,
  }));
  const missing = params.safeParse({}).error?.issues.map(({ path }) => String(path[0])) ?? [];
  if (manualOnly || missing.length === 0) return complaints;
  const expected = 'a default for each, since a schedule gives none, or manualOnly';
  return [...complaints, { found: `with params that have to be given: ${missing.join(', ')}`, expected }];
}

function ofState({ state }: BaseTask): Complaint[] {
  if (state === undefined) return [];
  if (!(state instanceof TaskState)) return [{ found: 'with a state that is not one', expected: 'taskState(schema)' }];
  if (state.schema.safeParse(undefined).success) return [];
  const expected = 'a schema that takes undefined, for its first run: .optional() or .default(…)';
  return [{ found: 'with a state that has to be there', expected }];
}
