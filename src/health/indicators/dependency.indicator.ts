import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { DependencyMonitor } from '../dependency-monitor.js';

/**
 * The Data API and each further one, as the traffic shows them. At worst degraded: a restart would
 * not mend it.
 */
@Injectable()
export class DependencyIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly monitor: DependencyMonitor,
  ) {}

  check(): HealthIndicatorResult {
    const results = this.monitor.states().map(({ name, status, detail }) => {
      const indicator = this.indicators.check(name);
      return status === 'up' ? indicator.up({ ...detail }) : indicator.degraded({ ...detail });
    });
    return Object.assign({}, ...results) as HealthIndicatorResult;
  }
}
