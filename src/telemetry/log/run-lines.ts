import { Logger } from '@nestjs/common';
import type { Run, RunOutcome } from '../../runs/run.js';
import type { WorkerEvents } from '../../runs/worker-events.js';

/** Lines of a run have its task as their context. */
export function logRuns(events: WorkerEvents): void {
  events.on('run.started', ({ run, at }) =>
    new Logger(run.task).log({ msg: 'Run started', trigger: run.trigger, at: at.toISOString() }),
  );
  events.on('run.finished', ({ run, status }) => logEnd(run, status));
  events.on('run.resumed', ({ run }) =>
    new Logger(run.task).warn({ msg: 'Resuming an interrupted run', ...fieldsOf(run) }),
  );
  events.on('run.lost', ({ run }) =>
    new Logger(run.task).warn({ msg: 'Another process has taken the run over; it stops here', ...fieldsOf(run) }),
  );
  events.on('run.unrecorded', ({ run, error }) =>
    new Logger(run.task).error({
      msg: 'Cannot record the end of the run; the next start resumes it',
      ...fieldsOf(run),
      err: error,
    }),
  );
  events.on('run.blocked', ({ run, error }) =>
    new Logger(run.task).error({ msg: 'Cannot record the run; retrying every second', err: error }),
  );
  events.on('run.signal_ignored', ({ run, graceMs }) =>
    new Logger(run.task).warn({ msg: `Task ignored its abort signal for ${graceMs} ms; ending the run without it` }),
  );
  events.on('run.settled_late', ({ run, failed }) =>
    new Logger(run.task).warn({ msg: 'Task settled after its run had ended; result ignored', failed }),
  );
  events.on('run.start_failed', ({ task, error }) =>
    new Logger(task).error({ msg: 'Cannot start a queued run; it stays queued', task, err: error }),
  );
}

/** For lines that are not written inside the run. */
export function fieldsOf({ id, task, attempt, slot }: Run) {
  return { run: id, task, attempt, slot: slot && slot.toISOString() };
}

function logEnd(run: Run, ended: RunOutcome['status']): void {
  const { status, reason, result, error, items } = run;
  const durationMs = run.finishedAt && run.startedAt ? run.finishedAt.getTime() - run.startedAt.getTime() : undefined;
  const line = { msg: `Run ${ended}`, status, durationMs, result, items, ...(reason && { reason }) };
  const logger = new Logger(run.task);
  if (ended === 'succeeded') logger.log(line);
  else if (ended === 'failed' || ended === 'timed_out') logger.error({ ...line, error });
  else logger.warn(line);
}
