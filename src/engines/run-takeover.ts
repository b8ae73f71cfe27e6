import { MINUTE } from '../time/duration.js';
import type { WorkerEvents } from '../runs/worker-events.js';
import type { RunLedger } from '../ledger/run-ledger.js';
import type { TaskRegistry } from '../worker/registry/task-registry.js';
import type { RunDispatch } from './run-dispatch.js';

const TAKE_OVER_EVERY_MS = MINUTE;

/**
 * Finds the runs that other processes have left: at the start those of the service before this one,
 * later those of one-shot commands, killed ones of which leave what they ran, living ones what they
 * queued.
 */
export class RunTakeover {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ledger: RunLedger,
    private readonly registry: TaskRegistry,
    private readonly dispatch: RunDispatch,
    private readonly events: WorkerEvents,
  ) {}

  async takeOver(): Promise<void> {
    for (const execution of await this.ledger.takeOver()) this.dispatch.resume(execution);
    for (const { name } of this.registry.all()) await this.dispatch.startQueued(name);
  }

  /** From now on, again and again. */
  start(): void {
    this.timer = setInterval(() => void this.retry(), TAKE_OVER_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async retry(): Promise<void> {
    try {
      await this.takeOver();
    } catch (error) {
      this.events.emit('engine.takeover_failed', { error });
    }
  }
}
