import { setTimeout as sleep } from 'node:timers/promises';
import { EngineNotAcceptingError } from '../runs/errors.js';
import type { WorkerEvents } from '../runs/worker-events.js';
import type { ClaimAnswer, ClaimedRun, ClaimOptions, RunClaim, RunLedger } from '../ledger/run-ledger.js';
import {
  type EnginePhase,
  type EngineWork,
  type Submission,
  type SubmitOptions,
  TaskEngine,
} from '../worker/task-engine.js';
import type { RunDispatch } from './run-dispatch.js';

/** Time to record interrupted runs, after the drain's timeout. The next start finds the others. */
const RECORD_INTERRUPTED_MS = 300;

/** Finds the runs that other processes have left or queued, and has them executed here. */
export interface Takeover {
  /** What there is now. */
  takeOver(): Promise<void>;
  /** From now on, again and again. */
  start(): void;
  stop(): void;
}

/** What engines have in common: they execute here what they have claimed or taken over. */
export abstract class DispatchingEngine extends TaskEngine {
  private readonly submissions = new Set<Promise<unknown>>();
  private drained: Promise<void> | undefined;
  private currentPhase: EnginePhase = 'starting';

  protected constructor(
    private readonly ledger: RunLedger,
    private readonly dispatch: RunDispatch,
    private readonly takeover: Takeover,
    private readonly events: WorkerEvents,
  ) {
    super();
  }

  get phase(): EnginePhase {
    return this.currentPhase;
  }

  async start(work: EngineWork = 'all'): Promise<void> {
    this.dispatch.startsFollowers = work === 'all';
    if (work === 'all') await this.takeover.takeOver();
    if (this.currentPhase !== 'starting') return;
    this.currentPhase = 'accepting';
    if (work === 'all') this.takeover.start();
  }

  async submit(claims: readonly RunClaim[], options: SubmitOptions = {}): Promise<readonly (Submission | null)[]> {
    if (this.currentPhase !== 'accepting') throw new EngineNotAcceptingError(this.currentPhase);
    const submission = this.claim(claims, options);
    this.submissions.add(submission);
    try {
      return await submission;
    } finally {
      this.submissions.delete(submission);
    }
  }

  isActive(task: string): boolean {
    return this.dispatch.isActive(task);
  }

  cancel(runId: string, reason: string): boolean {
    return this.dispatch.cancel(runId, reason);
  }

  async startQueued(tasks: readonly string[]): Promise<void> {
    for (const task of tasks) await this.dispatch.startQueued(task);
  }

  drain(timeout: number): Promise<void> {
    this.drained ??= this.stop(timeout);
    return this.drained;
  }

  protected claimOptions(_claims: readonly RunClaim[]): ClaimOptions {
    return {};
  }

  private async claim(claims: readonly RunClaim[], { delayMs = 0 }: SubmitOptions) {
    const begin = performance.now() + delayMs;
    const answers = await this.ledger.claim(claims, this.claimOptions(claims));
    const claimed = answers.map((answer) => this.recorded(answer));
    const inTime = delayMs <= 0 || (await this.reach(begin));
    return claimed.map((claim) => claim && this.dispatched(claim, inTime));
  }

  /** Waits for an instant of the monotonic clock; false when a drain begins before it comes. */
  private async reach(instant: number): Promise<boolean> {
    // A timer may be early: it counts from the begin of the loop's turn, before the commit.
    while (performance.now() < instant) await sleep(Math.ceil(instant - performance.now()));
    return !this.dispatch.isStopping;
  }

  private dispatched({ run, execution }: ClaimedRun, begin: boolean): Submission {
    if (execution) return { run, finished: this.dispatch.launch(execution, begin) };
    if (run.status === 'queued') return { run, finished: this.dispatch.wait(run) };
    return { run, finished: Promise.resolve(run) };
  }

  /** Tells what came of a claim that started nothing. */
  private recorded(answer: ClaimAnswer): ClaimedRun | null {
    if (!answer) return null;
    if ('rejected' in answer) {
      this.events.emit('slot.rejected', { task: answer.rejected.task, error: answer.rejected });
      return null;
    }
    const { run } = answer;
    if (run.status === 'skipped') this.events.emit('slot.skipped', { run });
    if (run.status === 'missed') this.events.emit('slot.missed', { run });
    return answer;
  }

  private async stop(timeout: number): Promise<void> {
    this.currentPhase = 'draining';
    this.takeover.stop();
    this.dispatch.stop();
    await within(timeout, this.idle());
    this.dispatch.interrupt();
    await within(RECORD_INTERRUPTED_MS, this.idle());
    this.dispatch.abandon();
    this.currentPhase = 'stopped';
  }

  private async idle(): Promise<void> {
    await Promise.allSettled(this.submissions);
    await this.dispatch.idle();
  }
}

/** Resolves with the promise, or after that time, whichever is first. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, milliseconds);
  await Promise.race([work, timeout.promise]);
  clearTimeout(timer);
}
