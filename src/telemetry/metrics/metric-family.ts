import type { Histogram } from 'prom-client';
import { SECOND } from '../../time/duration.js';

export interface Series {
  readonly labels?: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** Where it is not that of the family: `…_bucket`, `…_sum`, `…_count`. */
  readonly metricName?: string;
}

/** One metric with all of its series, as a scrape shows it. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly values: readonly Series[];
}

/**
 * Some of the metrics, read anew for each scrape. One that rejects is left out of that scrape.
 * Labels come from closed sets: no ids, no addresses with a path, no messages.
 */
export interface MetricSource {
  families(): Promise<readonly MetricFamily[]>;
}

export function gauge(name: string, help: string, values: readonly Series[]): MetricFamily {
  return { name, help, type: 'gauge', values };
}

export function counter(name: string, help: string, values: readonly Series[]): MetricFamily {
  return { name, help, type: 'counter', values };
}

/** What a metric of prom-client shows. Its types have numbers where there are names. */
export async function familyOf(metric: { get(): Promise<unknown> }): Promise<MetricFamily> {
  return (await metric.get()) as MetricFamily;
}

/**
 * The door for durations, of at least 0: any other value, NaN before all, would spoil the sum of
 * the series until the process ends. `exemplar`: what OpenMetrics shows beside the bucket.
 */
export function observe<Label extends string>(
  histogram: Histogram<Label>,
  labels: Partial<Record<Label, string | number>>,
  durationMs: number,
  exemplar: Record<string, string> = {},
): void {
  const value = durationMs / SECOND;
  // Its types know only exemplars with the labels of the series.
  const exemplarLabels = exemplar as typeof labels;
  if (value >= 0 && value < Infinity) histogram.observe({ labels, value, exemplarLabels });
}
