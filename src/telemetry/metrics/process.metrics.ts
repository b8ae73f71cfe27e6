import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import { programVersion } from '../../config/program-folder.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { counter, familyOf, gauge, type MetricFamily, type MetricSource, observe } from './metric-family.js';

const LEFT_OUT = [
  // Gauges whose names end as only those of counters may.
  ...['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'],
  // Counted from the first scrape on, and not from the start of the process.
  ...['process_cpu_seconds_total', 'process_cpu_user_seconds_total', 'process_cpu_system_seconds_total'],
];

/** The process as such, and its ledger. */
@Injectable()
export class ProcessMetrics implements MetricSource {
  private readonly commits = new Histogram({
    name: 'worker_ledger_commit_duration_seconds',
    help: 'How long commits of the ledger took, waits for disk and locks included.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    enableExemplars: true,
    registers: [],
  });
  private readonly droppedLines = new Counter({
    name: 'worker_log_lines_dropped_total',
    help: 'Log lines that were given up because the log could not take them.',
    registers: [],
  });
  private readonly version = programVersion();
  private defaults: Registry | undefined;

  constructor(events: WorkerEvents) {
    events.on('ledger.committed', ({ durationMs }) => observe(this.commits, {}, durationMs));
    events.on('log.line_dropped', () => this.droppedLines.inc());
  }

  async families(): Promise<readonly MetricFamily[]> {
    const info = { version: this.version, node: process.versions.node };
    return [
      gauge('worker_info', 'The version of the worker and of Node.js; always 1.', [{ labels: info, value: 1 }]),
      await familyOf(this.commits),
      await familyOf(this.droppedLines),
      ...cpuTime(),
      ...(await this.ofNode()),
    ];
  }

  /** Watching the event loop and the garbage collector costs a little: from the first scrape on. */
  private async ofNode(): Promise<MetricFamily[]> {
    const registry = this.defaults ?? new Registry();
    if (!this.defaults) {
      collectDefaultMetrics({ register: registry });
      for (const name of LEFT_OUT) registry.removeSingleMetric(name);
      this.defaults = registry;
    }
    return (await registry.getMetricsAsJSON()) as unknown as MetricFamily[];
  }
}

function cpuTime(): MetricFamily[] {
  const { user, system } = process.cpuUsage();
  const seconds = (kind: string, microseconds: number) =>
    counter(`process_cpu_${kind}seconds_total`, 'CPU time of the process.', [{ value: microseconds / 1e6 }]);
  return [seconds('user_', user), seconds('system_', system), seconds('', user + system)];
}
