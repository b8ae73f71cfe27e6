import { getStringListFromEnv } from '@opentelemetry/core';
import { useTracer } from '../../runs/tracing.js';
import type { WorkerEvents } from '../../runs/worker-events.js';
import { GivenIds } from './run-ids.js';
import { RunTracer } from './run-tracer.js';
import { traceProvider } from './trace-provider.js';

/**
 * Records traces from now on.
 *
 * @param environment what `ENVIRONMENT` says
 * @param onExport is told how each export to the collector has ended
 * @returns sends what is left, and rejects where that fails; may take as long as the collector does
 */
export function startTracing(
  events: WorkerEvents,
  environment: string | undefined,
  onExport: (error: Error | undefined) => void,
): () => Promise<void> {
  const ids = new GivenIds();
  const provider = traceProvider(ids, environment, onExport);
  const propagators = getStringListFromEnv('OTEL_PROPAGATORS') ?? ['tracecontext'];
  const tracer = new RunTracer(provider, ids, propagators.includes('tracecontext'));
  tracer.subscribe(events);
  useTracer(tracer);
  return () => provider.shutdown();
}
