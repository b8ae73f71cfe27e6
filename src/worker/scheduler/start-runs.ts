import type { RegisteredTask } from '../registry/registered-task.js';
import type { RunClaim } from '../../ledger/run-ledger.js';
import { IntervalSchedule } from '../schedules/interval.schedule.js';
import type { ArmedTask } from './armed-tasks.js';

/** One run of every interval task that none of the claims runs anyway. */
export function startRuns(armed: readonly ArmedTask[], claims: readonly RunClaim[]): RunClaim[] {
  const running = new Set(claims.filter(({ record }) => !record).map(({ task }) => task));
  const intervals = armed.filter(({ task }) => task.schedule instanceof IntervalSchedule);
  return intervals.filter(({ task }) => !running.has(task.name)).map(({ task }) => atStart(task));
}

function atStart({ name, overlap }: RegisteredTask): RunClaim {
  return { task: name, trigger: 'start', slot: null, at: null, overlap };
}
