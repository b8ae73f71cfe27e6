import { Logger } from '@nestjs/common';
import type { Run, RunError, RunOutcome } from '../../runs/run.js';
import type { WorkerEvents } from '../../runs/worker-events.js';

type Level = 'log' | 'warn' | 'error';

export function logRuns(events: WorkerEvents): void {
  events.on('run.started', ({ run, at }) =>
    lineInside(run, 'log', 'Run started', { trigger: run.trigger, at: at.toISOString() }),
  );
  events.on('run.finished', ({ run, status, stack }) => logEnd(run, status, stack));
  events.on('run.blocked', ({ run, error: err }) =>
    lineInside(run, 'error', 'Cannot record the run; retrying every second', { err }),
  );
  events.on('run.signal_ignored', ({ run, graceMs }) =>
    lineInside(run, 'warn', `Task ignored its abort signal for ${graceMs} ms; ending the run without it`),
  );
  events.on('run.settled_late', ({ run, failed }) =>
    lineInside(run, 'warn', 'Task settled after its run had ended; result ignored', { failed }),
  );
  events.on('run.resumed', ({ run }) => lineAbout(run, 'warn', 'Resuming an interrupted run'));
  events.on('run.lost', ({ run }) => lineAbout(run, 'warn', 'Another process has taken the run over; it stops here'));
  events.on('run.helped', ({ run }) =>
    lineInside(run, 'log', 'Processing items of a run that another replica holds', { holder: run.worker }),
  );
  events.on('run.help_ended', ({ run, items }) =>
    lineInside(run, 'log', 'Processed items of a run that another replica holds', { processed: items }),
  );
  events.on('run.unrecorded', ({ run, error: err }) =>
    lineAbout(run, 'error', 'Cannot record the end of the run; the next start resumes it', { err }),
  );
  events.on('run.rest_left', ({ runId: run, task, items }) =>
    new Logger(task).log({ msg: 'Deadline is near; leaving the rest of the list to the next run', run, task, items }),
  );
  events.on('run.start_failed', ({ task, error: err }) =>
    new Logger(task).error({ msg: 'Cannot start a queued run; it stays queued', task, err }),
  );
}

/** A line of which nothing but its message says which run it is about. */
export function lineAbout(run: Run, level: Level, msg: string, more: object = {}): void {
  const { id, task, attempt, slot } = run;
  lineInside(run, level, msg, { run: id, task, attempt, slot: slot?.toISOString(), ...more });
}

/** A line that is written inside the run, and so carries it. */
function lineInside({ task }: Run, level: Level, msg: string, more: object = {}): void {
  new Logger(task)[level]({ msg, ...more });
}

function logEnd(run: Run, ended: RunOutcome['status'], stack: string | undefined): void {
  const { status, reason, result, error, items, startedAt, finishedAt } = run;
  const durationMs = finishedAt && startedAt ? finishedAt.getTime() - startedAt.getTime() : undefined;
  const line = {
    status,
    durationMs,
    result: run.dryRun ? withoutChanges(result) : result,
    items,
    ...(reason && { reason }),
  };
  if (ended === 'succeeded') lineInside(run, reason ? 'warn' : 'log', 'Run succeeded', line);
  else if (ended === 'failed' || ended === 'timed_out')
    lineInside(run, 'error', `Run ${ended}`, { ...line, error: withStack(error, stack) });
  else lineInside(run, 'warn', `Run ${ended}`, line);
}

/** The error as a line shows it: with the place where it arose, where that is known. */
export function withStack(error: RunError | null, stack: string | undefined): object | null {
  return error && stack !== undefined ? { ...error, stack } : error;
}

/** What a dry run has held back is with the run: a hundred changes make a long line. */
function withoutChanges(result: unknown): unknown {
  return { ...(result as object), changes: undefined };
}
