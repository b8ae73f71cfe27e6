import type { Run } from '../../runs/run.js';
import { isUsual, suspicionOf, yieldOf } from '../../runs/suspicion.js';
import { toldError } from '../told-error.js';

export type AlertRule = 'failing' | 'credentials' | 'suspicious' | 'late' | 'quarantine' | 'ledger';

/** What is wrong, and enough to act on. Null where nothing is. */
export interface Condition {
  readonly what: string;
  readonly since: Date;
  /** The run that shows it. */
  readonly run: string | null;
  readonly lastSuccessAt: Date | null;
  /** What to type for more. */
  readonly command: string;
}

/** What comes of a rule for one subject: begins the alert, or ends it. */
export interface Judgement {
  readonly rule: AlertRule;
  readonly subject: string;
  readonly condition: Condition | null;
}

/** Runs of one task that were executed to their end, newest first. */
export interface RecentRuns {
  readonly task: string;
  /** `succeeded`, `partial`, `failed` or `timed_out`. */
  readonly ended: readonly Run[];
  /** Those of them that succeeded, also partly. */
  readonly good: readonly Run[];
  readonly lastSuccessAt: Date | null;
}

export interface TaskState {
  readonly task: string;
  /** Until when it has to succeed again; null: nothing is expected, as of a paused task. */
  readonly expectedBy: Date | null;
  readonly stale: boolean;
  readonly quarantined: number;
  readonly lastSuccessAt: Date | null;
}

export function judgeRuns(runs: RecentRuns, afterFailures: number): Judgement[] {
  const { task: subject } = runs;
  return [
    { rule: 'failing', subject, condition: failing(runs, afterFailures) },
    { rule: 'credentials', subject, condition: credentials(runs) },
    { rule: 'suspicious', subject, condition: suspicious(runs) },
  ];
}

/** `lateNow`: the alert is active. A restart moves the deadline of a task that never succeeded. */
export function judgeState(state: TaskState, now: Date, lateNow: boolean): Judgement[] {
  const { task: subject, quarantined, lastSuccessAt, expectedBy, stale } = state;
  const late = expectedBy !== null && (stale || (lateNow && lastSuccessAt === null));
  const facts = { run: null, lastSuccessAt };
  return [
    {
      rule: 'late',
      subject,
      condition: late
        ? {
            ...facts,
            what: `${subject} has not succeeded in time`,
            since: expectedBy,
            command: `worker history ${subject} --limit 5`,
          }
        : null,
    },
    {
      rule: 'quarantine',
      subject,
      condition:
        quarantined > 0
          ? {
              ...facts,
              what: `${subject} has ${quarantined} ${quarantined === 1 ? 'item' : 'items'} in quarantine`,
              since: now,
              command: `worker items ${subject} --quarantined`,
            }
          : null,
    },
  ];
}

function failing({ task, ended, lastSuccessAt }: RecentRuns, afterFailures: number): Condition | null {
  const firstGood = ended.findIndex(isGood);
  const failures = firstGood === -1 ? ended : ended.slice(0, firstGood);
  const [newest, oldest] = [failures[0], failures.at(-1)];
  if (!newest || !oldest || failures.length < afterFailures) return null;
  const times = failures.length === 1 ? '' : ` ${failures.length} times in a row`;
  const what = `${task} ${newest.status === 'timed_out' ? 'timed out' : 'failed'}${times}${causeOf(newest)}`;
  return { what, since: endOf(oldest), run: newest.id, lastSuccessAt, command: `worker show ${newest.id}` };
}

function credentials({ task, ended: [newest], lastSuccessAt }: RecentRuns): Condition | null {
  if (newest?.error?.code !== 'UNAUTHORIZED') return null;
  const what = `The credentials of ${task} are refused${causeOf(newest)}`;
  return { what, since: endOf(newest), run: newest.id, lastSuccessAt, command: `worker show ${newest.id}` };
}

/** Said of the newest good run that can be compared with those before it. */
function suspicious({ task, good, lastSuccessAt }: RecentRuns): Condition | null {
  const [newest, ...before] = good.filter(isUsual);
  if (!newest) return null;
  const history = before.map(({ items, result }) => yieldOf(items, result));
  const suspicion = suspicionOf(yieldOf(newest.items, newest.result), history);
  if (suspicion === null) return null;
  const what = `${task} succeeded with ${suspicion}`;
  return { what, since: endOf(newest), run: newest.id, lastSuccessAt, command: `worker show ${newest.id}` };
}

function isGood({ status }: Run): boolean {
  return status === 'succeeded' || status === 'partial';
}

function causeOf({ error }: Run): string {
  return error ? `: ${toldError(error)}` : '';
}

function endOf({ finishedAt, queuedAt }: Run): Date {
  return finishedAt ?? queuedAt;
}
