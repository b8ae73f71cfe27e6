import { RunCancelledError, RunInterruptedError, RunLostError, RunLostRepeatedlyError } from '../runs/errors.js';
import { outcomeOfError } from '../runs/run-outcome.js';
import type { Run, RunOutcome } from '../runs/run.js';
import type { WorkerEvents } from '../runs/worker-events.js';
import type { Execution, RunLedger } from '../ledger/run-ledger.js';
import type { TaskRunner } from '../worker/execution/task-runner.js';
import type { TaskRegistry } from '../worker/registry/task-registry.js';

/** A run that has crashed so often in a row, without a checkpoint, is not executed again. */
export const MAX_CRASHES = 3;

interface ActiveRun {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** The runs that this process executes, and those that wait behind them for their turn. */
export class RunDispatch {
  private readonly active = new Map<string, ActiveRun>();
  private readonly activeTasks = new Set<string>();
  /** Tasks that may have a queued run waiting for its turn. */
  private readonly queued = new Set<string>();
  private readonly waiting = new Map<string, { readonly run: Run; readonly end: PromiseWithResolvers<Run> }>();
  /** Whether what another run has caused is executed here. */
  startsFollowers = false;
  private readonly stopping = new AbortController();
  private readonly abandoned = new AbortController();

  constructor(
    private readonly ledger: RunLedger,
    private readonly registry: TaskRegistry,
    private readonly runner: TaskRunner,
    private readonly events: WorkerEvents,
    /** Others queue runs behind those of this process: it looks after every end. */
    private readonly isShared = false,
  ) {}

  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Nothing is in work. */
  get isIdle(): boolean {
    return this.active.size === 0;
  }

  /** How many are in work. */
  get size(): number {
    return this.active.size;
  }

  isActive(task: string): boolean {
    return this.activeTasks.has(task);
  }

  /** Executes a run that this process holds. `begin`: false leaves it to the next start. */
  launch(execution: Execution, begin = true): Promise<Run> {
    const { run } = execution;
    const abort = new AbortController();
    if (!begin || this.abandoned.signal.aborted) abort.abort(shutdown());
    const finished = this.execute(execution, abort);
    this.active.set(run.id, { abort, ended: finished.then((ended) => this.onEnded(ended)) });
    this.activeTasks.add(run.task);
    return finished;
  }

  /** Executes a run that its process had left, and then what waits behind it in the ledger. */
  async resume(execution: Execution): Promise<void> {
    const { run } = execution;
    if (this.active.has(run.id)) return;
    if (crashesOf(execution) < MAX_CRASHES) this.events.emit('run.resumed', { run });
    this.queued.add(run.task);
    await this.launch(execution);
  }

  /** Resolves when the queued run has had its turn. */
  wait(run: Run): Promise<Run> {
    const end = Promise.withResolvers<Run>();
    this.waiting.set(run.id, { run, end });
    this.queued.add(run.task);
    return end.promise;
  }

  /** Starts the oldest queued run of a task that is idle. */
  async startQueued(task: string): Promise<void> {
    if (this.isStopping) return;
    const execution = await this.ledger.startNext(task);
    if (!execution) return;
    this.queued.add(task);
    const finished = this.launch(execution);
    this.waiting.get(execution.run.id)?.end.resolve(finished);
    this.waiting.delete(execution.run.id);
  }

  cancel(runId: string, reason: string): boolean {
    const run = this.active.get(runId);
    run?.abort.abort(new RunCancelledError(reason));
    return run !== undefined;
  }

  /** Other processes have all that is in work. */
  lose(): void {
    for (const [id, { abort }] of this.active) abort.abort(new RunLostError(id));
  }

  /** Lets go of whoever waits for a run of other tasks than these: it had its turn elsewhere. */
  letGo(queuedTasks: ReadonlySet<string>): void {
    for (const [id, { run, end }] of this.waiting) {
      if (queuedTasks.has(run.task)) continue;
      this.waiting.delete(id);
      end.resolve({ ...run, status: 'interrupted', reason: 'elsewhere' });
    }
  }

  /** Asks every run to begin nothing new. */
  stop(): void {
    this.stopping.abort(shutdown());
  }

  interrupt(): void {
    for (const { abort } of this.active.values()) abort.abort(shutdown());
  }

  /** Gives up recording, and lets go of whoever waits for a queued run. */
  abandon(): void {
    this.abandoned.abort(shutdown());
    for (const { run, end } of this.waiting.values()) end.resolve(run);
  }

  async idle(): Promise<void> {
    while (this.active.size > 0) await Promise.all([...this.active.values()].map(({ ended }) => ended));
  }

  /** Never rejects: a run that could not be recorded is, for whoever waits here, interrupted. */
  private async execute(execution: Execution, abort: AbortController): Promise<Run> {
    const { run } = execution;
    try {
      const task = this.registry.find(run.task);
      if (!task) return await this.endUnexecuted(execution, { status: 'cancelled', reason: 'task_removed' });
      const crashes = crashesOf(execution);
      if (crashes >= MAX_CRASHES) {
        return await this.endUnexecuted(execution, outcomeOfError(new RunLostRepeatedlyError(run.task, crashes)));
      }
      const control = { abort, stopping: this.stopping.signal, abandoned: this.abandoned.signal };
      return await this.runner.run(task, execution, control);
    } catch (error) {
      const lost = error instanceof RunLostError;
      if (lost) this.events.emit('run.lost', { run });
      else this.events.emit('run.unrecorded', { run, error });
      return { ...run, status: 'interrupted', reason: lost ? 'lost' : 'not recorded' };
    }
  }

  private async endUnexecuted(execution: Execution, outcome: RunOutcome): Promise<Run> {
    const run = await this.ledger.finish(execution, outcome);
    this.events.emit('run.finished', { run, status: outcome.status });
    return run;
  }

  private async onEnded({ id, task, status, dryRun }: Run): Promise<void> {
    this.active.delete(id);
    this.activeTasks.delete(task);
    if (this.queued.delete(task) || this.isShared) await this.startWaiting(task);
    if (!this.startsFollowers || status !== 'succeeded' || dryRun) return;
    for (const follower of this.registry.find(task)?.followers ?? []) await this.startWaiting(follower);
  }

  private async startWaiting(task: string): Promise<void> {
    try {
      await this.startQueued(task);
    } catch (error) {
      // It stays queued in the ledger, and the next end or start finds it.
      this.queued.add(task);
      this.events.emit('run.start_failed', { task, error });
    }
  }
}

function crashesOf({ resume }: Execution): number {
  return resume?.crashes ?? 0;
}

function shutdown(): RunInterruptedError {
  return new RunInterruptedError('shutdown');
}
