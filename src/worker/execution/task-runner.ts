import { Injectable } from '@nestjs/common';
import { formatDuration } from '../../time/duration.js';
import { RunLostError, RunTimedOutError } from '../../runs/errors.js';
import type { RegisteredTask } from '../registry/registered-task.js';
import { RunContext } from './run-context.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { type Execution, RunLedger } from '../../ledger/run-ledger.js';
import { stackIn } from '../../runs/run-error.js';
import { leftListText, outcomeOfError, outcomeOfResult } from '../../runs/run-outcome.js';
import { RunRecorder } from './run-recorder.js';
import { UsualRuns } from './usual-runs.js';
import { enterRunScope } from './run-scope.js';
import type { Run, RunOutcome } from '../../runs/run.js';

/** How long a task that was told to stop may take to do so, before its run ends without it. */
const UNWIND_MS = 250;

/** The ways in which a run is told to end from outside. */
export interface RunControl {
  /** Ends the run now, for a `RunCancelledError`, a `RunInterruptedError` or a `RunLostError`. */
  readonly abort: AbortController;
  /** Asks it to begin nothing new. */
  readonly stopping: AbortSignal;
  /** Gives up recording: the process is about to end. */
  readonly abandoned: AbortSignal;
}

/** `stack`: where the task threw an error of its own. */
type Performed = RunOutcome & { readonly stack?: string | undefined };

type Settled = { readonly result: unknown } | { readonly error: unknown };

/** Executes one run from its start to its recorded end, with an outcome whatever its task does. */
@Injectable()
export class TaskRunner {
  constructor(
    private readonly ledger: RunLedger,
    private readonly events: WorkerEvents,
    private readonly usual: UsualRuns,
  ) {}

  /**
   * Resolves with the run as it is on record. Rejects with a `RunLostError` when another process
   * has it, and when the end could not be recorded before `control.abandoned`.
   */
  async run(task: RegisteredTask, execution: Execution, control: RunControl): Promise<Run> {
    const { run, at } = execution;
    const { signal } = control.abort;
    const recorder = new RunRecorder(execution, this.ledger, this.events, control.abort, task.followers);
    const context = new RunContext(task, execution, signal, control.stopping, recorder);
    return enterRunScope(context, async () => {
      this.events.emit('run.started', { run, at });
      const cancelDeadline = startDeadline(task, control.abort);
      const { stack, ...performed } = await this.perform(task, context, run);
      const { dryRun } = context;
      const outcome = dryRun ? { ...performed, result: dryRun.report(performed.result) } : performed;
      cancelDeadline();
      if (signal.reason instanceof RunLostError) throw signal.reason;
      const recorded = await recorder.finish(outcome, control.abandoned);
      this.events.emit('run.finished', { run: recorded, status: outcome.status, stack });
      return recorded;
    });
  }

  private async perform(task: RegisteredTask, context: RunContext, run: Run): Promise<Performed> {
    const { signal, recorder } = context;
    if (signal.aborted) return outcomeOfError(signal.reason);
    const work = settle(task, context);
    const end = (await endOf(work, signal)) ?? (await this.unwind(work, run));
    if (end && 'result' in end) {
      const suspicion = await this.usual.judge(run, recorder.counts, end.result);
      const reason = suspicion === null ? leftListText(context.only, recorder.counts) : `suspicious: ${suspicion}`;
      return outcomeOfResult(end.result, recorder.counts, reason);
    }
    if (signal.aborted) return outcomeOfError(signal.reason);
    return { ...outcomeOfError(end?.error), stack: stackIn(end?.error) };
  }

  /** A task that listens ends by itself in a moment, and its last counts belong to the record. */
  private async unwind(work: Promise<Settled>, run: Run): Promise<Settled | undefined> {
    const end = await Promise.race([work, delay(UNWIND_MS)]);
    if (end) return end;
    this.events.emit('run.signal_ignored', { run, graceMs: UNWIND_MS });
    void work.then((late) => this.events.emit('run.settled_late', { run, failed: 'error' in late }));
    return undefined;
  }
}

/** Returns the function that cancels it. Keeps the process alive: an idle run must end, too. */
function startDeadline({ name, timeout }: RegisteredTask, abort: AbortController): () => void {
  const timer = setTimeout(() => abort.abort(new RunTimedOutError(name, formatDuration(timeout))), timeout);
  return () => clearTimeout(timer);
}

async function settle({ task }: RegisteredTask, context: RunContext): Promise<Settled> {
  try {
    return { result: await task.execute(context) };
  } catch (error) {
    return { error };
  }
}

/** Undefined when the run was told to end first. */
function endOf(work: Promise<Settled>, signal: AbortSignal): Promise<Settled | undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
    void work.then(resolve);
  });
}

function delay(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds));
}
