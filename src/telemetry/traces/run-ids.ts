import { createHash } from 'node:crypto';
import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace';

interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * The ids of the root span of a run's attempt: always the same, so that another process can link to
 * an attempt that it knows nothing of, and log lines have them when the span has ended. All
 * attempts are in one trace, whose id is the run's without the hyphens.
 */
export function idsOfRun(runId: string, attempt: number): SpanIds {
  const hash = createHash('sha256').update(`${runId} ${attempt}`).digest('hex');
  return { traceId: runId.replaceAll('-', ''), spanId: hash.slice(0, 16) };
}

/** Random ids, but for the one span that is told which to have. */
export class GivenIds implements IdGenerator {
  private readonly random = new RandomIdGenerator();
  private given: SpanIds | undefined;

  /** Spans that `start` begins have these ids. */
  with<T>(ids: SpanIds, start: () => T): T {
    this.given = ids;
    try {
      return start();
    } finally {
      this.given = undefined;
    }
  }

  generateTraceId(): string {
    return this.given?.traceId ?? this.random.generateTraceId();
  }

  generateSpanId(): string {
    return this.given?.spanId ?? this.random.generateSpanId();
  }
}
