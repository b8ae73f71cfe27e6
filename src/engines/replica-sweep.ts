import { SECOND } from '../time/duration.js';
import type { WorkerEvents } from '../runs/worker-events.js';
import type { CommandLedger } from '../ledger/command-ledger.js';
import type { Lease } from '../ledger/lease.js';
import type { OrphanedRun, RunLedger } from '../ledger/run-ledger.js';
import type { ServiceLedger } from '../ledger/service-ledger.js';
import type { TaskRegistry } from '../worker/registry/task-registry.js';
import type { Takeover } from './dispatching.engine.js';
import { MAX_CRASHES, type RunDispatch } from './run-dispatch.js';

const SWEEP_EVERY_MS = SECOND;

/**
 * Runs in work at once, beyond which a replica leaves what waits to the others. More than are due
 * in one instant where there are many tasks: a run that waits is started by a commit of its own.
 */
const CAPACITY_RUNS = 2_000;

export interface SweepParts {
  readonly ledger: RunLedger;
  readonly commands: Pick<CommandLedger, 'inbox'>;
  readonly services: Pick<ServiceLedger, 'all'>;
  readonly lease: Lease;
  readonly registry: Pick<TaskRegistry, 'find'>;
  readonly dispatch: RunDispatch;
  readonly events: WorkerEvents;
}

/**
 * What every replica does every second: takes over the runs of those that died or left, oldest
 * first, and starts what waits. It takes what it has room for and knows the task of.
 */
export class ReplicaSweep implements Takeover {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;
  private again = false;
  private failed = false;
  private suspectInWork = false;

  constructor(private readonly parts: SweepParts) {}

  get room(): number {
    return Math.max(0, CAPACITY_RUNS - this.parts.dispatch.size);
  }

  async takeOver(): Promise<void> {
    const { lease, dispatch } = this.parts;
    if (!lease.isHeld || dispatch.isStopping) return;
    await this.takeOverOrphans();
    await this.startQueued();
  }

  start(): void {
    this.timer ??= setInterval(() => void this.sweep(), SWEEP_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Looks now. One at a time: a look that is asked for meanwhile follows. */
  sweep(): Promise<void> {
    if (this.sweeping) this.again = true;
    this.sweeping ??= this.look().finally(() => {
      this.sweeping = undefined;
      if (!this.again) return;
      this.again = false;
      void this.sweep();
    });
    return this.sweeping;
  }

  /** Never rejects: the next look comes in a second. */
  private async look(): Promise<void> {
    if (!this.timer) return;
    try {
      await this.takeOver();
      this.failed = false;
    } catch (error) {
      if (!this.failed && this.timer) this.parts.events.emit('engine.takeover_failed', { error });
      this.failed = true;
    }
  }

  private async takeOverOrphans(): Promise<void> {
    const { ledger, dispatch } = this.parts;
    const unknown: OrphanedRun[] = [];
    const executions = await ledger.takeOver((orphans) => {
      unknown.push(...orphans.filter(({ task }) => !this.knows(task)));
      return this.choose(orphans.filter(({ task }) => this.knows(task)));
    });
    for (const execution of executions) {
      const end = dispatch.resume(execution);
      if (isSuspect(execution.resume)) void this.watch(end);
    }
    if (unknown.length > 0) await this.endRemoved(unknown);
  }

  /**
   * What its process died of twice may take this one down, too, and with it all that is in work:
   * of those one at a time, so that the third death is counted against nobody else.
   */
  private choose(orphans: readonly OrphanedRun[]): readonly OrphanedRun[] {
    const suspects = orphans.filter(isSuspect).slice(0, this.suspectInWork ? 0 : 1);
    const chosen = orphans.filter((orphan) => !isSuspect(orphan) || suspects.includes(orphan));
    return chosen.slice(0, this.room);
  }

  private async watch(end: Promise<void>): Promise<void> {
    this.suspectInWork = true;
    await end;
    this.suspectInWork = false;
  }

  /** Runs of tasks that are here no more wait for a replica that has them, as long as one lives. */
  private async endRemoved(unknown: readonly OrphanedRun[]): Promise<void> {
    const known = await this.tasksOfAll();
    if (!known) return;
    const removed = new Set(unknown.filter(({ task }) => !known.has(task)).map(({ id }) => id));
    if (removed.size === 0) return;
    const executions = await this.parts.ledger.takeOver((orphans) => orphans.filter(({ id }) => removed.has(id)));
    for (const execution of executions) void this.parts.dispatch.resume(execution);
  }

  private async startQueued(): Promise<void> {
    const { commands, dispatch } = this.parts;
    const { queuedTasks } = await commands.inbox();
    dispatch.letGo(new Set(queuedTasks));
    const unknown = queuedTasks.filter((task) => !this.knows(task));
    for (const task of queuedTasks) {
      if (this.knows(task) && this.room > 0) await dispatch.startQueued(task);
    }
    const known = unknown.length > 0 ? await this.tasksOfAll() : undefined;
    for (const task of known ? unknown : []) if (!known?.has(task)) await dispatch.startQueued(task);
  }

  /** Of all living services. Undefined while one of them has not told its own. */
  private async tasksOfAll(): Promise<ReadonlySet<string> | undefined> {
    const services = await this.parts.services.all();
    if (services.some(({ announcement }) => announcement === null)) return undefined;
    return new Set(services.flatMap(({ announcement }) => announcement?.tasks.map(({ name }) => name) ?? []));
  }

  private knows(task: string): boolean {
    return this.parts.registry.find(task) !== undefined;
  }
}

function isSuspect(run: { readonly crashes: number } | null): boolean {
  return run !== null && run.crashes > 1 && run.crashes < MAX_CRASHES;
}
