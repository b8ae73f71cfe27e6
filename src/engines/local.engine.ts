import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE } from '../time/duration.js';
import { EngineNotAcceptingError, RunCancelledError, RunInterruptedError } from '../runs/errors.js';
import { RunAbort } from '../worker/execution/run-abort.js';
import { type Execution, type RunClaim, RunLedger } from '../ledger/run-ledger.js';
import type { Run } from '../runs/run.js';
import { type EnginePhase, type Submission, TaskEngine } from '../worker/task-engine.js';
import { TaskRegistry } from '../worker/registry/task-registry.js';
import { TaskRunner } from '../worker/execution/task-runner.js';

/** Time to record interrupted runs, on top of the drain's timeout. What is not recorded then, the next start finds. */
const LAST_WORDS = 300;
const ADOPT_RUNS_EVERY = MINUTE;
/** A slot that lies further ahead is none that a scheduler claims. */
const CLAIMED_AHEAD_AT_MOST = 100;

interface ActiveRun {
  readonly abort: RunAbort;
  readonly ended: Promise<void>;
}

/** Executes every run in this process. */
@Injectable()
export class LocalEngine extends TaskEngine {
  private readonly logger = new Logger(LocalEngine.name);
  private readonly active = new Map<string, ActiveRun>();
  private readonly activeTasks = new Set<string>();
  /** Tasks that may have a queued run waiting for its turn. */
  private readonly queued = new Set<string>();
  private readonly waiting = new Map<string, { readonly run: Run; readonly end: PromiseWithResolvers<Run> }>();
  private readonly stopping = new AbortController();
  private readonly abandoned = new AbortController();
  private readonly submissions = new Set<Promise<unknown>>();
  private adoptionTimer: NodeJS.Timeout | undefined;
  private drained: Promise<void> | undefined;
  private currentPhase: EnginePhase = 'starting';

  constructor(
    private readonly ledger: RunLedger,
    private readonly registry: TaskRegistry,
    private readonly runner: TaskRunner,
  ) {
    super();
  }

  get phase(): EnginePhase {
    return this.currentPhase;
  }

  async start(): Promise<void> {
    await this.resumeInterrupted();
    for (const { name } of this.registry.all()) await this.startQueued(name);
    if (this.currentPhase !== 'starting') return;
    this.currentPhase = 'accepting';
    this.adoptionTimer = setInterval(() => void this.adoptRuns(), ADOPT_RUNS_EVERY).unref();
  }

  async submit(claims: readonly RunClaim[]): Promise<readonly (Submission | null)[]> {
    if (this.currentPhase !== 'accepting') throw new EngineNotAcceptingError(this.currentPhase);
    const submission = this.claim(claims);
    this.submissions.add(submission);
    try {
      return await submission;
    } finally {
      this.submissions.delete(submission);
    }
  }

  isActive(task: string): boolean {
    return this.activeTasks.has(task);
  }

  cancel(runId: string, reason: string): boolean {
    const run = this.active.get(runId);
    run?.abort.abort(new RunCancelledError(reason));
    return run !== undefined;
  }

  drain(timeout: number): Promise<void> {
    this.drained ??= this.stop(timeout);
    return this.drained;
  }

  private async claim(claims: readonly RunClaim[]): Promise<readonly (Submission | null)[]> {
    const claimed = await this.ledger.claim(claims);
    const ahead = timeToSlot(claims);
    const inTime = ahead <= 0 || (await this.reachSlot(ahead));
    return claimed.map((claim) => {
      if (!claim) return null;
      const { run, execution } = claim;
      if (execution) return { run, finished: this.launch(execution, inTime) };
      if (run.status === 'queued') return { run, finished: this.wait(run) };
      return { run, finished: Promise.resolve(run) };
    });
  }

  /** Waits for a slot that is so many milliseconds ahead; false when a drain begins before it comes. */
  private async reachSlot(ahead: number): Promise<boolean> {
    const due = performance.now() + ahead;
    // After a commit a timer is early: it counts from the turn of the event loop that began before the commit.
    for (let rest = ahead; rest > 0; rest = due - performance.now()) await sleep(Math.ceil(rest));
    return !this.stopping.signal.aborted;
  }

  private wait(run: Run): Promise<Run> {
    const end = Promise.withResolvers<Run>();
    this.waiting.set(run.id, { run, end });
    this.queued.add(run.task);
    return end.promise;
  }

  private async resumeInterrupted(): Promise<void> {
    for (const execution of await this.ledger.recover()) {
      if (this.active.has(execution.run.id)) continue;
      this.logger.warn({ msg: 'Resuming an interrupted run', run: execution.run.id, task: execution.run.task });
      // What was waiting behind it is not known yet.
      this.queued.add(execution.run.task);
      void this.launch(execution);
    }
  }

  /** One-shot commands beside the service leave runs behind: killed ones what they ran, living ones what they queued. */
  private async adoptRuns(): Promise<void> {
    try {
      await this.resumeInterrupted();
      for (const { name } of this.registry.all()) await this.startQueued(name);
    } catch (error) {
      this.logger.warn({ msg: 'Could not look for runs that commands have left', err: error });
    }
  }

  private async startQueued(task: string): Promise<void> {
    if (this.stopping.signal.aborted) return;
    const execution = await this.ledger.startNext(task);
    if (!execution) return;
    this.queued.add(task);
    const finished = this.launch(execution);
    this.waiting.get(execution.run.id)?.end.resolve(finished);
    this.waiting.delete(execution.run.id);
  }

  /** `begin`: false leaves the run to the next start. */
  private launch(execution: Execution, begin = true): Promise<Run> {
    const abort = new RunAbort();
    if (!begin || this.abandoned.signal.aborted) abort.abort(new RunInterruptedError('shutdown'));
    const finished = this.execute(execution, abort);
    const ended = finished.then(() => this.onEnded(execution.run));
    this.active.set(execution.run.id, { abort, ended });
    this.activeTasks.add(execution.run.task);
    return finished;
  }

  /** Never rejects: a run that could not be recorded is, for whoever waits here, interrupted. */
  private async execute(execution: Execution, abort: RunAbort): Promise<Run> {
    const { run } = execution;
    try {
      const task = this.registry.find(run.task);
      if (!task) return await this.ledger.finish(execution, { status: 'cancelled', reason: 'task_removed' });
      const control = { abort, stopping: this.stopping.signal, abandoned: this.abandoned.signal };
      return await this.runner.run(task, execution, control);
    } catch (error) {
      this.logger.error({
        msg: 'The end of a run is not recorded; the next start resumes it',
        run: run.id,
        err: error,
      });
      return { ...run, status: 'interrupted', reason: 'not recorded' };
    }
  }

  private async onEnded(run: Run): Promise<void> {
    this.active.delete(run.id);
    this.activeTasks.delete(run.task);
    if (!this.queued.delete(run.task)) return;
    try {
      await this.startQueued(run.task);
    } catch (error) {
      // It stays queued in the ledger, and the next end or start finds it.
      this.queued.add(run.task);
      this.logger.error({ msg: 'A queued run could not be started', task: run.task, err: error });
    }
  }

  private async stop(timeout: number): Promise<void> {
    this.currentPhase = 'draining';
    clearInterval(this.adoptionTimer);
    this.stopping.abort(new RunInterruptedError('shutdown'));
    await within(timeout, this.idle());
    for (const { abort } of this.active.values()) abort.abort(new RunInterruptedError('shutdown'));
    await within(LAST_WORDS, this.idle());
    this.abandoned.abort(new RunInterruptedError('shutdown'));
    for (const { run, end } of this.waiting.values()) end.resolve(run);
    this.currentPhase = 'stopped';
  }

  private async idle(): Promise<void> {
    await Promise.allSettled(this.submissions);
    while (this.active.size > 0) await Promise.all([...this.active.values()].map(({ ended }) => ended));
  }
}

/** How long the slot of claims that come ahead of time is away, in milliseconds. */
function timeToSlot(claims: readonly RunClaim[]): number {
  const slot = claims.reduce((latest, claim) => Math.max(latest, claim.slot?.getTime() ?? 0), 0);
  const ahead = slot - Date.now();
  return ahead > CLAIMED_AHEAD_AT_MOST ? 0 : ahead;
}

/** Resolves with the promise, or after so many milliseconds, whichever is first. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, milliseconds);
  await Promise.race([work, timeout.promise]);
  clearTimeout(timer);
}
