import { MINUTE } from '../time/duration.js';
import type { WorkerEvents } from '../runs/worker-events.js';
import type { RunLedger } from '../ledger/run-ledger.js';
import type { TaskRegistry } from '../worker/registry/task-registry.js';
import { CrashedRuns } from './crashed-runs.js';
import type { Takeover } from './dispatching.engine.js';
import type { RunDispatch } from './run-dispatch.js';

const TAKE_OVER_EVERY_MS = MINUTE;

/**
 * Finds the runs that other processes have left: at the start those of the service before this one,
 * later those of one-shot commands, killed ones of which leave what they ran, living ones what they
 * queued.
 */
export class RunTakeover implements Takeover {
  private readonly crashed: CrashedRuns;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ledger: RunLedger,
    private readonly registry: TaskRegistry,
    private readonly dispatch: RunDispatch,
    private readonly events: WorkerEvents,
  ) {
    this.crashed = new CrashedRuns(ledger, dispatch, events);
  }

  async takeOver(): Promise<void> {
    const leftInOrder = await this.ledger.takeOver((orphans) => orphans.filter(({ crashes }) => crashes === 0));
    for (const execution of leftInOrder) void this.dispatch.resume(execution);
    for (const { name } of this.registry.all()) await this.dispatch.startQueued(name);
  }

  /** From now on, again and again. */
  start(): void {
    this.timer = setInterval(() => void this.retry(), TAKE_OVER_EVERY_MS).unref();
    this.crashed.resumeAll();
  }

  stop(): void {
    clearInterval(this.timer);
    this.crashed.stop();
  }

  private async retry(): Promise<void> {
    try {
      await this.takeOver();
      this.crashed.resumeAll();
    } catch (error) {
      this.events.emit('engine.takeover_failed', { error });
    }
  }
}
