import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { SECOND } from '../../time/duration.js';
import { LedgerConnection } from '../../ledger/ledger-connection.js';
import { WorkerLifecycle, type WorkerPhase } from '../../worker/worker-lifecycle.js';

/** A check is a durable write: one in this time serves all probes. */
const CACHED_FOR_MS = 1.5 * SECOND;
const ANSWERS_WITHIN_MS = 2 * SECOND;
const OPEN_IN: ReadonlySet<WorkerPhase> = new Set(['ready', 'draining']);

/** Whether runs can be recorded. */
@Injectable()
export class LedgerIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly lifecycle: WorkerLifecycle,
    private readonly ledger: LedgerConnection,
  ) {}

  /** Says nothing while the ledger is not open: the worker itself is not ready then. */
  async check(): Promise<HealthIndicatorResult> {
    if (!OPEN_IN.has(this.lifecycle.phase)) return {};
    return this.indicators
      .check('ledger')
      .attempt(() => this.write())
      .withTimeout(ANSWERS_WITHIN_MS)
      .cacheFor(CACHED_FOR_MS);
  }

  private async write(): Promise<void> {
    const { writable, problem } = await this.ledger.check();
    if (!writable) throw new Error(problem ?? 'not writable');
  }
}
