import { Injectable } from '@nestjs/common';
import { WorkerEvents } from '../runs/worker-events.js';
import { DAY, HOUR, MINUTE } from '../time/duration.js';
import { type RetentionPolicy, RunHistory } from './run-history.js';

const RETENTION: RetentionPolicy = { maxAge: 30 * DAY, maxRunsPerTask: 10_000 };
const FIRST_PRUNING_AFTER_MS = MINUTE;
const PRUNING_EVERY_MS = HOUR;

/** Keeps the history at 30 days or 10,000 runs a task, whichever is less, in the background. */
@Injectable()
export class HistoryPruner {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly history: RunHistory,
    private readonly events: WorkerEvents,
  ) {}

  start(): void {
    this.arm(FIRST_PRUNING_AFTER_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private arm(delayMs: number): void {
    this.timer = setTimeout(() => void this.prune(), delayMs).unref();
  }

  private async prune(): Promise<void> {
    try {
      const runs = await this.history.prune(RETENTION);
      if (runs > 0) this.events.emit('ledger.pruned', { runs });
    } catch (error) {
      this.events.emit('ledger.prune_failed', { error });
    }
    if (this.timer) this.arm(PRUNING_EVERY_MS);
  }
}
