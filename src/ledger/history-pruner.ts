import { Injectable, Logger } from '@nestjs/common';
import { DAY, HOUR, MINUTE } from '../time/duration.js';
import { type RetentionPolicy, RunHistory } from './run-history.js';

const RETENTION: RetentionPolicy = { maxAge: 30 * DAY, maxRunsPerTask: 10_000 };
const FIRST_AFTER = MINUTE;
const EVERY = HOUR;

/** Keeps the history at 30 days or 10,000 runs a task, whichever is less, in the background. */
@Injectable()
export class HistoryPruner {
  private readonly logger = new Logger(HistoryPruner.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly history: RunHistory) {}

  start(): void {
    this.arm(FIRST_AFTER);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private arm(delay: number): void {
    this.timer = setTimeout(() => void this.prune(), delay).unref();
  }

  private async prune(): Promise<void> {
    try {
      const pruned = await this.history.prune(RETENTION);
      if (pruned > 0) this.logger.debug(`Pruned ${pruned} runs from the history`);
    } catch (error) {
      this.logger.warn(`The history could not be pruned and is tried again in an hour: ${String(error)}`);
    }
    if (this.timer) this.arm(EVERY);
  }
}
