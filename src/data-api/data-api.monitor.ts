import { Inject, Injectable } from '@nestjs/common';
import type { ApiSettings, WorkerSettings } from '../config/settings.js';
import { workerConfig } from '../config/worker.config.js';
import { DependencyMonitor, type DependencyState } from '../health/dependency-monitor.js';
import { UpstreamPolicies } from './policy/upstream-policy.js';

/** Failed attempts in a row; one or two happen to any server. */
const DEGRADED_AFTER_FAILURES = 3;

/** What the requests themselves have shown about the Data API, and each further one. */
@Injectable()
export class DataApiMonitor extends DependencyMonitor {
  constructor(
    @Inject(workerConfig.KEY) private readonly settings: WorkerSettings,
    private readonly upstreams: UpstreamPolicies,
  ) {
    super();
  }

  states(): DependencyState[] {
    const { dataApi, apis } = this.settings;
    return [dataApi, ...apis].map((api) => this.stateOf(api));
  }

  private stateOf({ name, url }: ApiSettings): DependencyState {
    const upstream = this.upstreams.of(new URL(url).origin);
    const { record, breakerState, concurrencyLimit, requestsPerSecond, pausedFor } = upstream;
    const degraded = breakerState !== 'closed' || record.consecutiveFailures >= DEGRADED_AFTER_FAILURES;
    return {
      name: `${name.replaceAll('-', '_')}_api`,
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
