import { Injectable } from '@nestjs/common';
import { DependencyMonitor, type DependencyState } from '../health/dependency-monitor.js';
import { UpstreamPolicies } from './policy/upstream-policy.js';
import { DataApiAddress } from './request/data-api.address.js';

/** Failed attempts in a row; one or two happen to any server. */
const DEGRADED_AFTER_FAILURES = 3;

/** What the requests themselves have shown about the Data API. */
@Injectable()
export class DataApiMonitor extends DependencyMonitor {
  constructor(
    private readonly upstreams: UpstreamPolicies,
    private readonly address: DataApiAddress,
  ) {
    super();
  }

  state(): DependencyState {
    const { record, breakerState, concurrencyLimit, requestsPerSecond, pausedFor } = this.upstreams.of(
      this.address.origin,
    );
    const degraded = breakerState !== 'closed' || record.consecutiveFailures >= DEGRADED_AFTER_FAILURES;
    return {
      name: 'data_api',
      status: degraded ? 'degraded' : 'up',
      detail: {
        breaker: breakerState,
        consecutiveFailures: record.consecutiveFailures,
        failingSince: record.failingSince?.toISOString() ?? null,
        lastError: record.lastError,
        concurrencyLimit,
        requestsPerSecond: requestsPerSecond === null ? null : Math.round(requestsPerSecond * 10) / 10,
        pausedUntil: pausedFor > 0 ? new Date(Date.now() + pausedFor).toISOString() : null,
      },
    };
  }
}
