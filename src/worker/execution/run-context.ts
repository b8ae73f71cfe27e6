import { Logger } from '@nestjs/common';
import type { RegisteredTask } from '../registry/registered-task.js';
import type { RetryPolicy } from '../authoring/retry-policy.js';
import type { Execution } from '../../ledger/run-ledger.js';
import { valuesOf } from '../registry/run-params.js';
import { DryRun } from './dry-run.js';
import type { RunRecorder } from './run-recorder.js';
import type { RunScope, RunState } from './run-scope.js';
import type { ItemCounts, RunTrigger } from '../../runs/run.js';
import type { TaskContext } from '../authoring/task-context.js';

/** One run, as its task and everything that the task calls see it. */
export class RunContext implements TaskContext, RunScope {
  readonly runId: string;
  readonly task: string;
  readonly trigger: RunTrigger;
  readonly slot: Date | null;
  readonly at: Date;
  readonly window: { readonly from: Date | null; readonly to: Date };
  readonly attempt: number;
  readonly resume: Execution['resume'];
  readonly only: Execution['only'];
  /** When the run's deadline is, in epoch milliseconds. */
  readonly deadline: number;
  readonly concurrency: number;
  readonly isDryRun: boolean;
  readonly dryRun: DryRun | undefined;
  readonly retry: RetryPolicy | undefined;
  readonly logger: Logger;
  readonly state: RunState;

  /** May be taken out of the context. */
  readonly progress = (items: ItemCounts): void => this.recorder.progress(items);

  private readonly readParams: () => unknown;
  private given: { readonly values: unknown } | undefined;

  constructor(
    task: RegisteredTask,
    { run, at, lastSuccess, resume, only }: Execution,
    readonly signal: AbortSignal,
    readonly stopping: AbortSignal,
    readonly recorder: RunRecorder,
  ) {
    this.runId = run.id;
    this.task = task.name;
    this.trigger = run.trigger;
    this.slot = run.slot;
    this.at = at;
    // A clock that was ahead may have recorded a success that lies in the future.
    this.window = { from: lastSuccess && lastSuccess <= at ? lastSuccess : null, to: at };
    this.attempt = run.attempt;
    this.resume = resume;
    this.only = only;
    this.deadline = Date.now() + task.timeout;
    this.concurrency = task.concurrency;
    this.isDryRun = run.dryRun ?? false;
    this.dryRun = this.isDryRun ? new DryRun() : undefined;
    this.readParams = () => valuesOf(task.task, run.params ?? {});
    this.retry = task.task.retry;
    this.logger = new Logger(task.name);
    this.state = recorder.state;
  }

  /** Throws a `ParamsInvalidError` for what the task does not take any more. */
  get params(): unknown {
    this.given ??= { values: this.readParams() };
    return this.given.values;
  }
}
