import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { SECOND } from '../../config/duration.js';
import { LedgerConnection } from '../../worker/ledger-connection.js';
import { WorkerLifecycle } from '../../worker/worker-lifecycle.js';

/** A check is a durable write: however many probes ask, there is one in so long a time. */
const CACHED_FOR = 1.5 * SECOND;
const ANSWERS_WITHIN = 2 * SECOND;

/** Whether runs can be recorded. */
@Injectable()
export class LedgerIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly lifecycle: WorkerLifecycle,
    private readonly ledger: LedgerConnection,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('ledger');
    if (this.lifecycle.phase !== 'ready') return indicator.down('not in use');
    return indicator
      .attempt(() => this.write())
      .withTimeout(ANSWERS_WITHIN)
      .cacheFor(CACHED_FOR);
  }

  private async write(): Promise<void> {
    const { writable, problem } = await this.ledger.check();
    if (!writable) throw new Error(problem ?? 'not writable');
  }
}
