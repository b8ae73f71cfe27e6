import { Controller, Get, UseInterceptors } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import { DependencyIndicator } from './indicators/dependency.indicator.js';
import { EventLoopIndicator } from './indicators/event-loop.indicator.js';
import { FreshnessIndicator } from './indicators/freshness.indicator.js';
import { LedgerIndicator } from './indicators/ledger.indicator.js';
import { LeaseIndicator } from './indicators/lease.indicator.js';
import { SchedulerIndicator } from './indicators/scheduler.indicator.js';
import { WorkerIndicator } from './indicators/worker.indicator.js';
import { StatusesInterceptor } from './statuses.interceptor.js';

/** 200 when every indicator is `up` or `degraded`, 503 when one is `down`; the body tells which. */
@Controller('health')
@UseInterceptors(StatusesInterceptor)
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly worker: WorkerIndicator,
    private readonly eventLoop: EventLoopIndicator,
    private readonly scheduler: SchedulerIndicator,
    private readonly ledger: LedgerIndicator,
    private readonly lease: LeaseIndicator,
    private readonly dependency: DependencyIndicator,
    private readonly freshness: FreshnessIndicator,
  ) {}

  /** Fails when only a restart helps: it asks neither Data API nor ledger nor tasks. */
  @Get('live')
  @HealthCheck()
  live(): Promise<HealthCheckResult> {
    return this.health.check([() => this.eventLoop.check(), () => this.scheduler.check()]);
  }

  @Get('startup')
  @HealthCheck()
  startup(): Promise<HealthCheckResult> {
    return this.health.check([() => this.worker.hasStarted()]);
  }

  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.worker.acceptsWork(),
      () => this.ledger.check(),
      () => this.lease.check(),
      () => this.dependency.check(),
    ]);
  }

  @Get()
  @HealthCheck()
  everything(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.worker.acceptsWork(),
      () => this.eventLoop.check(),
      () => this.scheduler.check(),
      () => this.ledger.check(),
      () => this.lease.check(),
      () => this.dependency.check(),
      () => this.freshness.check(),
    ]);
  }
}
