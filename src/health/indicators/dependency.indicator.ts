import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { DependencyMonitor } from '../dependency-monitor.js';

/** The Data API, as the traffic shows it. At worst degraded: a restart would not mend it. */
@Injectable()
export class DependencyIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly monitor: DependencyMonitor,
  ) {}

  check(): HealthIndicatorResult {
    const { name, status, detail } = this.monitor.state();
    const indicator = this.indicators.check(name);
    return status === 'up' ? indicator.up({ ...detail }) : indicator.degraded({ ...detail });
  }
}
