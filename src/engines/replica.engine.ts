import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerUnavailableError } from '../runs/errors.js';
import type { ChunkLedger } from '../ledger/chunk-ledger.js';
import type { RunHistory } from '../ledger/run-history.js';
import type { RunQueue } from '../ledger/run-queue.js';
import type { ClaimOptions, RunClaim } from '../ledger/run-ledger.js';
import type { ChunkRunner } from '../worker/execution/chunk-runner.js';
import type { TaskRunner } from '../worker/execution/task-runner.js';
import type { TaskRegistry } from '../worker/registry/task-registry.js';
import type { EngineWork, Submission, SubmitOptions } from '../worker/task-engine.js';
import { ChunkHelp } from './chunk-help.js';
import { DispatchingEngine } from './dispatching.engine.js';
import { ReplicaSweep, type SweepParts } from './replica-sweep.js';
import { RunDispatch } from './run-dispatch.js';

/** So few are started where they are claimed; of more, each replica starts its share. */
const MIN_SHARED_CLAIMS = 20;

/** How long a replica with work leaves a slot to one without: so much for each run in work. */
const WAIT_A_RUN_MS = 10;
const MAX_WAIT_MS = 100;

export interface ReplicaParts extends Omit<SweepParts, 'dispatch' | 'registry'> {
  readonly registry: TaskRegistry;
  readonly runner: TaskRunner;
  readonly history: Pick<RunHistory, 'find'>;
  readonly queue: RunQueue;
  /** Absent: every run is worked by the replica that holds it. */
  readonly sharing?: { readonly chunks: ChunkLedger; readonly chunkRunner: ChunkRunner } | null | undefined;
}

/**
 * One of several processes on a ledger. Each schedules and claims; the ledger decides who has a
 * run, and for how long. Runs that wait come by the queue, which only hints, and by the sweep.
 */
export class ReplicaEngine extends DispatchingEngine {
  private readonly runs: RunDispatch;
  private readonly sweep: ReplicaSweep;
  private readonly help: ChunkHelp | undefined;
  private working: Promise<void> | undefined;

  constructor(private readonly parts: ReplicaParts) {
    const { ledger, registry, runner, events, lease, sharing } = parts;
    const runs = new RunDispatch(ledger, registry, runner, events, true);
    const sweep = new ReplicaSweep({ ...parts, dispatch: runs });
    super(ledger, runs, sweep, events);
    this.runs = runs;
    this.sweep = sweep;
    this.help = sharing ? new ChunkHelp({ ...sharing, lease, registry, dispatch: runs }) : undefined;
    lease.onLost(() => {
      events.emit('worker.lost', {});
      runs.lose();
      this.help?.lose();
    });
  }

  override async start(work: EngineWork = 'all'): Promise<void> {
    await super.start(work);
    if (work !== 'all' || this.phase !== 'accepting') return;
    this.working = this.parts.queue.work((runId) => this.take(runId));
    this.help?.start();
  }

  override async submit(
    claims: readonly RunClaim[],
    options: SubmitOptions = {},
  ): Promise<readonly (Submission | null)[]> {
    const patienceMs = claims.some(({ slot }) => slot !== null)
      ? Math.min(MAX_WAIT_MS, this.runs.size * WAIT_A_RUN_MS)
      : 0;
    if (patienceMs > 0 && this.parts.lease.services > 1) await sleep(patienceMs);
    this.requireLease();
    return super.submit(claims, options);
  }

  override async startQueued(tasks: readonly string[]): Promise<void> {
    this.requireLease();
    const known = tasks.filter((task) => this.parts.registry.find(task));
    for (const task of known) if (this.sweep.room > 0) await this.runs.startQueued(task);
  }

  override async drain(timeout: number): Promise<void> {
    // What the queue brings from now on is another replica's.
    const stopped = this.parts.queue.stop();
    const helped = this.help?.drain(timeout);
    await super.drain(timeout);
    await helped;
    await stopped;
    await this.working;
  }

  protected override claimOptions(claims: readonly RunClaim[]): ClaimOptions {
    const { services } = this.parts.lease;
    if (services < 2 || claims.length <= MIN_SHARED_CLAIMS) return { maxStarts: this.sweep.room };
    return { maxStarts: Math.min(this.sweep.room, Math.ceil(claims.length / services)) };
  }

  /** The run may be anybody's by now: it is looked up, and the ledger decides. */
  private async take(runId: string): Promise<void> {
    if (!this.parts.lease.isHeld) return;
    const run = await this.parts.history.find(runId);
    if (run?.status === 'queued') await this.startQueued([run.task]);
    if (run?.status === 'interrupted') await this.sweep.sweep();
  }

  private requireLease(): void {
    const { problem } = this.parts.lease;
    if (problem !== null) throw new LedgerUnavailableError(problem);
  }
}
