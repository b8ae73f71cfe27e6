import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { Lease, UnsharedLease } from '../../ledger/lease.js';
import { WorkerLifecycle } from '../../worker/worker-lifecycle.js';

/** Whether this replica may act, where several share the ledger. */
@Injectable()
export class LeaseIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly lifecycle: WorkerLifecycle,
    private readonly lease: Lease,
  ) {}

  /** Says nothing of a service that has its ledger for itself, and before that is open. */
  check(): HealthIndicatorResult {
    if (this.lease instanceof UnsharedLease || this.lifecycle.phase !== 'ready') return {};
    const { problem, services } = this.lease;
    const indicator = this.indicators.check('lease');
    return problem === null ? indicator.up({ replicas: services }) : indicator.down({ message: problem });
  }
}
