import { Logger } from '@nestjs/common';
import type { Run, RunOutcome } from '../../runs/run.js';
import type { WorkerEvents } from '../../runs/worker-events.js';

export function logRuns(events: WorkerEvents): void {
  events.on('run.started', ({ run, at }) => runLine('log', run, 'Run started', { trigger: run.trigger, at }));
  events.on('run.finished', ({ run, status }) => logEnd(run, status));
  events.on('run.resumed', ({ run }) => runLine('warn', run, 'Resuming an interrupted run'));
  events.on('run.lost', ({ run }) => runLine('warn', run, 'Another process has taken the run over; it stops here'));
  events.on('run.unrecorded', ({ run, error: err }) =>
    runLine('error', run, 'Cannot record the end of the run; the next start resumes it', { err }),
  );
  events.on('run.blocked', ({ run, error: err }) =>
    runLine('error', run, 'Cannot record the run; retrying every second', { err }),
  );
  events.on('run.signal_ignored', ({ run, graceMs }) =>
    runLine('warn', run, `Task ignored its abort signal for ${graceMs} ms; ending the run without it`),
  );
  events.on('run.settled_late', ({ run, failed }) =>
    runLine('warn', run, 'Task settled after its run had ended; result ignored', { failed }),
  );
  events.on('run.rest_left', ({ runId: run, task, items }) =>
    new Logger(task).log({ msg: 'Deadline is near; leaving the rest of the list to the next run', run, task, items }),
  );
  events.on('run.start_failed', ({ task, error: err }) =>
    new Logger(task).error({ msg: 'Cannot start a queued run; it stays queued', task, err }),
  );
}

/** A line with the task as its context, which carries the run also when written outside of it. */
export function runLine(level: 'log' | 'warn' | 'error', run: Run, msg: string, more: object = {}): void {
  const { id, task, attempt, slot } = run;
  new Logger(task)[level]({ msg, run: id, task, attempt, slot, ...more });
}

function logEnd(run: Run, ended: RunOutcome['status']): void {
  const { status, reason, result, error, items, startedAt, finishedAt } = run;
  const durationMs = finishedAt && startedAt ? finishedAt.getTime() - startedAt.getTime() : undefined;
  const line = { status, durationMs, result, items, ...(reason && { reason }) };
  if (ended === 'succeeded') runLine('log', run, 'Run succeeded', line);
  else if (ended === 'failed' || ended === 'timed_out') runLine('error', run, `Run ${ended}`, { ...line, error });
  else runLine('warn', run, `Run ${ended}`, line);
}
