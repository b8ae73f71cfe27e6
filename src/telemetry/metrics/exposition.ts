import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Metric, Registry, type RegistryContentType } from 'prom-client';
import type { MetricFamily } from './metric-family.js';

/** Series that are written in one go: a few milliseconds, in which nothing else happens. */
const MAX_SERIES_AT_ONCE = 500;
const TOTAL = /_total$/;

/** A document in one of the two formats that Prometheus reads. */
export class Exposition {
  constructor(
    readonly contentType: string,
    /** Of many megabytes where there are a thousand tasks: to be sent one by one. */
    readonly parts: readonly string[],
  ) {}

  get text(): string {
    return this.parts.join('');
  }
}

export async function expose(
  families: Iterable<MetricFamily> | AsyncIterable<MetricFamily>,
  openMetrics: boolean,
): Promise<Exposition> {
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(openMetrics ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE);
  const parts: string[] = [];
  for await (const family of families) {
    // OpenMetrics names the family without the ending of its series, which prom-client adds.
    const name = openMetrics && family.type === 'counter' ? family.name.replace(TOTAL, '') : family.name;
    for (let from = 0; from === 0 || from < family.values.length; from += MAX_SERIES_AT_ONCE) {
      const values = family.values.slice(from, from + MAX_SERIES_AT_ONCE).filter(({ value }) => Number.isFinite(value));
      const part = { ...family, name, values };
      // A metric of our own: prom-client's lose their names when written as OpenMetrics.
      registry.registerMetric({ name, get: async () => part } as unknown as Metric);
      const text = await registry.getSingleMetricAsString(name);
      registry.removeSingleMetric(name);
      parts.push(`${from === 0 ? text : withoutHeader(text)}\n`);
      if (family.values.length > MAX_SERIES_AT_ONCE) await nextTurn();
    }
  }
  if (openMetrics) parts.push('# EOF\n');
  return new Exposition(registry.contentType, parts);
}

/** Without the lines of HELP and TYPE. */
function withoutHeader(text: string): string {
  return text.slice(text.indexOf('\n', text.indexOf('\n') + 1) + 1);
}

/** Whether a client would rather read OpenMetrics than the older text format, by its `Accept`. */
export function prefersOpenMetrics(accept: string | undefined): boolean {
  return qualityOf(accept, 'application/openmetrics-text') > qualityOf(accept, 'text/plain');
}

function qualityOf(accept = '', type: string): number {
  const ranges = accept.split(',').map((range) => range.split(';').map((part) => part.trim().toLowerCase()));
  const qualities = ranges
    .filter(([name, ...parameters]) => name === type && !parameters.includes('version=2.0.0'))
    .map(([, ...parameters]) => Number(parameters.find((part) => part.startsWith('q='))?.slice(2) ?? 1));
  return Math.max(0, ...qualities.filter(Number.isFinite));
}
