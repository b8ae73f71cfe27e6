import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { OpsModule } from '../ops/ops.module.js';
import { HealthController } from './health.controller.js';
import { DependencyIndicator } from './indicators/dependency.indicator.js';
import { EventLoopIndicator } from './indicators/event-loop.indicator.js';
import { FreshnessIndicator } from './indicators/freshness.indicator.js';
import { LedgerIndicator } from './indicators/ledger.indicator.js';
import { LeaseIndicator } from './indicators/lease.indicator.js';
import { SchedulerIndicator } from './indicators/scheduler.indicator.js';
import { WorkerIndicator } from './indicators/worker.indicator.js';

@Module({
  // A probe that fails is answered, not logged: it is asked again every few seconds.
  imports: [OpsModule, TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [
    WorkerIndicator,
    EventLoopIndicator,
    SchedulerIndicator,
    LedgerIndicator,
    LeaseIndicator,
    DependencyIndicator,
    FreshnessIndicator,
  ],
})
export class HealthModule {}
