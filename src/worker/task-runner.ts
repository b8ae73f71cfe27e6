import { Injectable, Logger } from '@nestjs/common';
import { formatDuration } from '../config/duration.js';
import { RunTimedOutError } from './errors.js';
import type { RegisteredTask } from './registered-task.js';
import { RunEvents } from './run-events.js';
import { type Execution, RunLedger } from './run-ledger.js';
import { outcomeOfError, outcomeOfResult } from './run-outcome.js';
import { RunRecorder } from './run-recorder.js';
import { enterRunScope } from './run-scope.js';
import type { Run, RunOutcome } from './run.js';
import type { TaskContext } from './task-context.js';

/** How long a task that was told to stop may take to do so, before its run ends without it. */
const UNWIND = 250;

/** The two ways in which a run is told to end from outside. */
export interface RunControl {
  /** Ends the run now; its reason is a `RunCancelledError` or a `RunInterruptedError`. */
  readonly abort: AbortController;
  /** Asks it to begin nothing new. */
  readonly stopping: AbortSignal;
  /** Gives up recording: the process is about to end. */
  readonly abandoned: AbortSignal;
}

/** Executes one run from its start to its recorded end. Whatever the task does, there is an outcome. */
@Injectable()
export class TaskRunner {
  constructor(
    private readonly ledger: RunLedger,
    private readonly events: RunEvents,
  ) {}

  /** Rejects only when the outcome could not be recorded before `control.abandoned`. */
  async run(task: RegisteredTask, execution: Execution, control: RunControl): Promise<Run> {
    const logger = new Logger(task.name);
    const recorder = new RunRecorder(execution.run, this.ledger, this.events);
    const context = this.contextOf(execution, control, recorder, logger);
    const scope = {
      runId: execution.run.id,
      task: task.name,
      attempt: execution.run.attempt,
      slot: execution.run.slot,
      signal: control.abort.signal,
      deadline: Date.now() + task.timeout,
      retry: task.task.retry,
    };
    return enterRunScope(scope, async () => {
      logger.log({ msg: 'Run started', trigger: execution.run.trigger, at: execution.at });
      const cancelDeadline = this.startDeadline(task, control.abort);
      const outcome = await this.perform(task, context);
      cancelDeadline();
      const run = await recorder.finish(outcome, control.abandoned);
      logEnd(logger, run, outcome);
      return run;
    });
  }

  private contextOf(execution: Execution, control: RunControl, recorder: RunRecorder, logger: Logger): TaskContext {
    const { run, at, lastSuccess, resume } = execution;
    return {
      runId: run.id,
      trigger: run.trigger,
      slot: run.slot,
      at,
      window: { from: lastSuccess, to: at },
      attempt: run.attempt,
      signal: control.abort.signal,
      stopping: control.stopping,
      logger,
      progress: (items) => recorder.progress(items),
      recorder,
      resume,
    };
  }

  private startDeadline(task: RegisteredTask, abort: AbortController): () => void {
    const timer = setTimeout(
      () => abort.abort(new RunTimedOutError(task.name, formatDuration(task.timeout))),
      task.timeout,
    );
    return () => clearTimeout(timer);
  }

  private async perform(task: RegisteredTask, context: TaskContext): Promise<RunOutcome> {
    const { signal, recorder } = context;
    if (signal.aborted) return outcomeOfError(signal.reason);
    const work = settle(task, context);
    const end = await Promise.race([work, aborted(signal)]);
    if (end !== undefined) return outcomeOf(end, context);
    // Aborted: a task that listens ends by itself in a moment, and its last counts belong to the record.
    const unwound = await Promise.race([work, delay(UNWIND)]);
    if (unwound === undefined) abandon(work, context);
    else if ('result' in unwound) return outcomeOfResult(unwound.result, recorder.counts);
    return outcomeOfError(signal.reason);
  }
}

type Settled = { readonly result: unknown } | { readonly error: unknown };

async function settle({ task }: RegisteredTask, context: TaskContext): Promise<Settled> {
  try {
    return { result: await task.execute(context) };
  } catch (error) {
    return { error };
  }
}

function outcomeOf(end: Settled, { signal, recorder }: TaskContext): RunOutcome {
  if ('result' in end) return outcomeOfResult(end.result, recorder.counts);
  return outcomeOfError(signal.aborted ? signal.reason : end.error);
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
}

function delay(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds));
}

function abandon(work: Promise<Settled>, { logger }: TaskContext): void {
  logger.warn({ msg: 'The task does not listen to its signal; its run ends without it' });
  void work.then((end) => {
    logger.warn({ msg: 'The task of an ended run has come back; nothing changes', failed: 'error' in end });
  });
}

function logEnd(logger: Logger, run: Run, outcome: RunOutcome): void {
  const { status, reason, result, error, items } = run;
  const durationMs = run.finishedAt && run.startedAt ? run.finishedAt.getTime() - run.startedAt.getTime() : undefined;
  const line = { msg: `Run ${outcome.status}`, status, durationMs, result, items, ...(reason && { reason }) };
  if (outcome.status === 'succeeded') logger.log(line);
  else if (outcome.status === 'failed' || outcome.status === 'timed_out') logger.error({ ...line, error });
  else logger.warn(line);
}
