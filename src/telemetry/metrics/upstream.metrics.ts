import { Inject, Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { UpstreamPolicies, type UpstreamPolicy } from '../../data-api/policy/upstream-policy.js';
import type { SentRequest } from '../../runs/worker-event-map.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { methodLabel, ServerAddresses } from '../server-addresses.js';
import { familyOf, gauge, type MetricFamily, type MetricSource, observe } from './metric-family.js';

/** The requests of this process, and what it has found out about its upstreams. */
@Injectable()
export class UpstreamMetrics implements MetricSource {
  private readonly durations = new Histogram({
    name: 'http_client_request_duration_seconds',
    help: 'How long attempts of requests to upstreams took, bodies included.',
    labelNames: ['http_request_method', 'server_address', 'http_response_status_code', 'error_type'],
    // Those of OpenTelemetry's semantic conventions.
    buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    enableExemplars: true,
    registers: [],
  });
  private readonly retries = new Counter({
    name: 'worker_upstream_retries_total',
    help: 'Attempts of requests that failed and were followed by another one.',
    labelNames: ['server_address'],
    registers: [],
  });
  private readonly addresses = new ServerAddresses((address) => this.retries.inc({ server_address: address }, 0));

  constructor(
    events: WorkerEvents,
    private readonly upstreams: UpstreamPolicies,
    @Inject(workerConfig.KEY) { dataApi }: WorkerSettings,
  ) {
    this.addresses.of(new URL(dataApi.url).origin);
    events.on('request.sent', (request) => this.sent(request));
    events.on('request.retried', ({ host }) => this.retries.inc({ server_address: this.addresses.of(host) }));
  }

  async families(): Promise<readonly MetricFamily[]> {
    const byAddress = Map.groupBy(this.upstreams.all(), ({ origin }) => this.addresses.of(origin));
    const each = (value: (policies: readonly UpstreamPolicy[]) => number) =>
      [...byAddress].map(([server_address, policies]) => ({ labels: { server_address }, value: value(policies) }));
    return [
      await familyOf(this.durations),
      await familyOf(this.retries),
      gauge(
        'worker_upstream_concurrency_limit',
        'Requests that may be in flight to the upstream at once.',
        each((policies) => policies.reduce((sum, { concurrencyLimit }) => sum + concurrencyLimit, 0)),
      ),
      gauge(
        'worker_upstream_rate_limit',
        'Requests a second that the upstream takes; absent while no limit is known.',
        each((policies) => policies.reduce((sum, { requestsPerSecond }) => sum + (requestsPerSecond ?? Number.NaN), 0)),
      ),
      gauge(
        'worker_upstream_circuit_open',
        '1 while the upstream is taken for down and requests wait for a probe, else 0.',
        each((policies) => Number(policies.some(({ breakerState }) => breakerState !== 'closed'))),
      ),
    ];
  }

  private sent({ host, method, status, problem, durationMs }: SentRequest): void {
    const code = status === null ? '' : String(status);
    const labels = {
      http_request_method: methodLabel(method),
      server_address: this.addresses.of(host),
      http_response_status_code: code,
      // A status that is an error is its own type of error.
      error_type: problem === 'status' ? code : (problem ?? '').replaceAll(' ', '_'),
    };
    observe(this.durations, labels, durationMs);
  }
}
