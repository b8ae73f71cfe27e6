import type { Pause } from '../../ledger/pause.js';
import type { Run } from '../../runs/run.js';
import { reasonWords } from '../../runs/run-reasons.js';
import { formatDuration, SECOND } from '../../time/duration.js';
import { clockText } from './clock-text.js';
import type { Verdict } from './explanation.js';

/** A run that starts within this time of its slot is on time. */
const ON_TIME_WITHIN_MS = 5 * SECOND;

/** Codes of errors that are the upstream's. */
const UPSTREAM_CODES = ['UNREACHABLE', 'REQUEST_TIMEOUT', 'CIRCUIT_OPEN', 'UPSTREAM_DOWN', 'RATE_LIMITED'];

/** What became of a slot, in one sentence. */
export interface Account {
  readonly verdict: Verdict;
  readonly sentence: string;
  readonly run?: Run;
  readonly pause?: Pause;
}

/** `inTheWay`: the run of the task that was active when this one came due. */
export function explainRun(run: Run, slot: Date, now: Date, inTheWay: Run | null, pause: Pause | undefined): Account {
  const about = `${run.task} at ${clockText(slot, 'UTC')}`;
  switch (run.status) {
    case 'skipped':
      return skipped(run, about, inTheWay, pause);
    case 'missed':
      return { verdict: 'missed', sentence: `${about} was missed: ${missedText(run.reason)}.`, run };
    case 'queued':
      return { verdict: 'waiting', sentence: `${about} waits for its turn since ${ago(run.queuedAt, now)}.`, run };
    case 'interrupted':
      return {
        verdict: 'running',
        sentence: `${about} was interrupted (${run.reason}): it resumes with the next start of a service.`,
        run,
      };
    case 'running':
      return {
        verdict: 'running',
        sentence: `${about} is running since ${ago(run.startedAt ?? run.queuedAt, now)}${attemptText(run)}.`,
        run,
      };
    default:
      return ended(run, slot, about, inTheWay);
  }
}

function skipped(run: Run, about: string, inTheWay: Run | null, pause: Pause | undefined): Account {
  if (run.reason === 'paused') {
    const by = pause ? ` by ${pause.actor.name}${pause.reason === null ? '' : ` (${pause.reason})`}` : '';
    const all = pause?.task === null ? 'all tasks were paused' : 'the task was paused';
    return { verdict: 'paused', sentence: `${about} was skipped: ${all}${by}.`, run, ...(pause && { pause }) };
  }
  if (run.reason === 'upstream_down') {
    return { verdict: 'upstream_down', sentence: `${about} was skipped: ${reasonWords(run.reason)}.`, run };
  }
  if (run.reason !== 'overlap') return { verdict: 'skipped', sentence: `${about} was skipped: ${run.reason}.`, run };
  const other = inTheWay ? `run ${inTheWay.id}, started ${startOf(inTheWay)}, was` : 'the run before it was';
  return { verdict: 'skipped', sentence: `${about} was skipped: ${other} still active.`, run };
}

function ended(run: Run, slot: Date, about: string, inTheWay: Run | null): Account {
  const delay = (run.startedAt?.getTime() ?? slot.getTime()) - slot.getTime();
  const late = delay > ON_TIME_WITHIN_MS;
  const began = late ? `ran ${lateText(run, delay, inTheWay)}` : 'ran on time';
  const sentence = `${about} ${began}${attemptText(run)}, and ${outcomeText(run)}.`;
  if (run.error && UPSTREAM_CODES.includes(run.error.code)) return { verdict: 'upstream_down', sentence, run };
  return { verdict: late ? 'late' : 'ran', sentence, run };
}

function lateText({ trigger }: Run, delay: number, inTheWay: Run | null): string {
  const by = formatDuration(Math.round(delay / SECOND) * SECOND);
  if (trigger === 'catch_up') return `${by} late: it was caught up after nobody had looked at it in time`;
  if (inTheWay) return `${by} late: it waited for run ${inTheWay.id}`;
  return `${by} late: the process was busy`;
}

function attemptText({ attempt, worker }: Run): string {
  if (attempt === 1) return '';
  const where = worker === null ? '' : ` on ${worker}`;
  return `, in attempt ${attempt}${where}, as the process before it had ended`;
}

function outcomeText({ status, error, reason, actor, items }: Run): string {
  switch (status) {
    case 'failed':
    case 'timed_out':
      return `${status === 'failed' ? 'failed' : 'timed out'}: ${error ? `${error.message} (${error.code})` : 'no reason is on record'}`;
    case 'partial':
      return `${items?.failed ?? 'some'} of its ${items?.total ?? ''} items failed`.replace('  ', ' ');
    case 'cancelled':
      return `was cancelled: ${reason ?? actor?.name ?? 'no reason is on record'}`;
    default:
      return 'succeeded';
  }
}

export function missedText(reason: string | null): string {
  return reason === null ? 'no reason is on record' : reasonWords(reason);
}

function startOf({ startedAt }: Run): string {
  return startedAt ? clockText(startedAt, 'UTC') : 'before';
}

function ago(instant: Date, now: Date): string {
  return formatDuration(Math.max(0, Math.round((now.getTime() - instant.getTime()) / SECOND) * SECOND));
}
