import type { ChunkLedger } from '../ledger/chunk-ledger.js';
import type { Lease } from '../ledger/lease.js';
import { RunInterruptedError, RunLostError } from '../runs/errors.js';
import { BatchTask } from '../worker/authoring/batch.task.js';
import type { ChunkRunner } from '../worker/execution/chunk-runner.js';
import type { TaskRegistry } from '../worker/registry/task-registry.js';
import type { RunDispatch } from './run-dispatch.js';

const LOOK_EVERY_MS = 500;
/** Runs of others that a replica works on at once. */
const MAX_HELPED_RUNS = 4;

interface HelpParts {
  readonly chunks: ChunkLedger;
  readonly chunkRunner: ChunkRunner;
  readonly lease: Lease;
  readonly registry: TaskRegistry;
  readonly dispatch: RunDispatch;
}

interface Helped {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** Has this replica work on items of runs that other replicas hold. */
export class ChunkHelp {
  /** By task: each has one active run. */
  private readonly helped = new Map<string, Helped>();
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  constructor(private readonly parts: HelpParts) {}

  start(): void {
    this.timer ??= setInterval(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  /** Others have what this process works on. */
  lose(): void {
    for (const [task, { abort }] of this.helped) abort.abort(new RunLostError(task));
  }

  /** Begins nothing more, and gives back what is not done in time. */
  async drain(timeoutMs: number): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort(new RunInterruptedError('shutdown'));
    await this.looking;
    const timer = setTimeout(() => this.interrupt(), timeoutMs);
    await Promise.all([...this.helped.values()].map(({ ended }) => ended));
    clearTimeout(timer);
  }

  /** Looks now. One at a time. */
  private look(): Promise<void> {
    this.looking ??= this.help().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  /** Never rejects: what cannot be read now is there at the next look. */
  private async help(): Promise<void> {
    const { chunks, lease } = this.parts;
    if (!lease.isHeld || lease.services < 2 || this.stopping.signal.aborted) return;
    try {
      for (let tasks = this.tasks(); tasks.length > 0; tasks = this.tasks()) {
        const chunk = await chunks.take(tasks);
        const run = chunk && (await chunks.execution(chunk.runId));
        const task = run && this.parts.registry.find(run.run.task);
        if (!task) return;
        const abort = new AbortController();
        const control = { abort, stopping: this.stopping.signal };
        const ended = this.parts.chunkRunner
          .run(task, chunk, run, control)
          .catch(() => undefined)
          .finally(() => this.helped.delete(task.name));
        this.helped.set(task.name, { abort, ended });
      }
    } catch {
      // See above.
    }
  }

  /** Of which this process would take a chunk. */
  private tasks(): readonly string[] {
    const { registry, dispatch } = this.parts;
    if (this.helped.size >= MAX_HELPED_RUNS) return [];
    const batches = registry.all().filter(({ task }) => task instanceof BatchTask);
    return batches.flatMap(({ name }) => (dispatch.isActive(name) || this.helped.has(name) ? [] : name));
  }

  private interrupt(): void {
    for (const { abort } of this.helped.values()) abort.abort(new RunInterruptedError('shutdown'));
  }
}
