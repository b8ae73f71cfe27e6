import { Injectable, Logger } from '@nestjs/common';
import { formatDuration } from '../../time/duration.js';
import { RunTimedOutError } from '../../runs/errors.js';
import { isoInstant } from '../../time/iso-instant.js';
import type { RegisteredTask } from '../registry/registered-task.js';
import type { RunAbort } from './run-abort.js';
import { RunContext } from './run-context.js';
import { RunDeadlines } from './run-deadlines.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { type Execution, RunLedger } from '../../ledger/run-ledger.js';
import { outcomeOfError, outcomeOfResult } from '../../runs/run-outcome.js';
import { RunRecorder } from './run-recorder.js';
import { enterRunScope } from './run-scope.js';
import type { Run, RunOutcome } from '../../runs/run.js';
import { StartLines } from './start-lines.js';

/** How long a task that was told to stop may take to do so, before its run ends without it. */
const UNWIND = 250;

/** The two ways in which a run is told to end from outside. */
export interface RunControl {
  /** Ends the run now; its reason is a `RunCancelledError` or a `RunInterruptedError`. */
  readonly abort: RunAbort;
  /** Asks it to begin nothing new. */
  readonly stopping: AbortSignal;
  /** Gives up recording: the process is about to end. */
  readonly abandoned: AbortSignal;
}

/** Executes one run from its start to its recorded end. Whatever the task does, there is an outcome. */
@Injectable()
export class TaskRunner {
  private readonly startLines = new StartLines();
  private readonly deadlines = new RunDeadlines();

  constructor(
    private readonly ledger: RunLedger,
    private readonly events: WorkerEvents,
  ) {}

  /** Rejects only when the outcome could not be recorded before `control.abandoned`. */
  async run(task: RegisteredTask, execution: Execution, control: RunControl): Promise<Run> {
    const recorder = new RunRecorder(execution, this.ledger, this.events);
    const context = new RunContext(task, execution, control.abort, control.stopping, recorder);
    return enterRunScope(context, async () => {
      this.announce(context);
      const cancelDeadline = this.startDeadline(task, control.abort);
      const outcome = await perform(task, context, control.abort);
      cancelDeadline();
      const run = await recorder.finish(outcome, control.abandoned);
      context.announce();
      logEnd(task.name, run, outcome);
      return run;
    });
  }

  private announce(context: RunContext): void {
    const { task, trigger, at } = context;
    const line = { msg: 'Run started', trigger, at: isoInstant(at.getTime()) };
    context.announce = this.startLines.begin(() => Logger.log(line, task));
  }

  private startDeadline({ name, timeout }: RegisteredTask, abort: RunAbort): () => void {
    return this.deadlines.start(timeout, () => abort.abort(new RunTimedOutError(name, formatDuration(timeout))));
  }
}

async function perform(task: RegisteredTask, context: RunContext, abort: RunAbort): Promise<RunOutcome> {
  if (abort.reason) return outcomeOfError(abort.reason);
  const work = settle(task, context);
  const end = (await endOf(work, abort)) ?? (await unwind(work, context));
  if (end && 'result' in end) return outcomeOfResult(end.result, context.recorder.counts);
  return outcomeOfError(abort.reason ?? end?.error);
}

type Settled = { readonly result: unknown } | { readonly error: unknown };

async function settle({ task }: RegisteredTask, context: RunContext): Promise<Settled> {
  try {
    return { result: await task.execute(context) };
  } catch (error) {
    return { error };
  }
}

/** Undefined when the run was told to end first. */
function endOf(work: Promise<Settled>, abort: RunAbort): Promise<Settled | undefined> {
  return new Promise((resolve) => {
    abort.onAbort(() => resolve(undefined));
    void work.then(resolve);
  });
}

/** A task that listens ends by itself in a moment, and its last counts belong to the record. */
async function unwind(work: Promise<Settled>, { logger }: RunContext): Promise<Settled | undefined> {
  const end = await Promise.race([work, delay(UNWIND)]);
  if (end) return end;
  logger.warn({ msg: 'The task does not listen to its signal; its run ends without it' });
  void work.then((late) => {
    logger.warn({ msg: 'The task of an ended run has come back; nothing changes', failed: 'error' in late });
  });
  return undefined;
}

function delay(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds));
}

// By the static methods: an instance of Nest's `Logger` costs more to find the same logger.
function logEnd(task: string, run: Run, outcome: RunOutcome): void {
  const { status, reason, result, error, items } = run;
  const durationMs = run.finishedAt && run.startedAt ? run.finishedAt.getTime() - run.startedAt.getTime() : undefined;
  const line = { msg: `Run ${outcome.status}`, status, durationMs, result, items, ...(reason && { reason }) };
  if (outcome.status === 'succeeded') Logger.log(line, task);
  else if (outcome.status === 'failed' || outcome.status === 'timed_out') Logger.error({ ...line, error }, task);
  else Logger.warn(line, task);
}
