import {
  type Context,
  context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer as OpenTelemetryTracer,
} from '@opentelemetry/api';
import type { TracerProvider } from '@opentelemetry/sdk-trace';
import type { Run } from '../../runs/run.js';
import type { RequestSpan, TracedRequest, Tracer } from '../../runs/tracing.js';
import type { WorkerEvents } from '../../runs/worker-events.js';
import { currentRunScope } from '../../worker/execution/run-scope.js';
import { methodLabel, ServerAddresses } from '../server-addresses.js';
import { toldCode } from '../told-error.js';
import { ActiveRunContextManager } from './active-run.js';
import { type GivenIds, idsOfRun } from './run-ids.js';

interface TracedRun {
  readonly span: Span;
  readonly context: Context;
}

/**
 * A root span for each attempt of a run, and a client span for each attempt of a request. Names and
 * attributes come from closed sets: no ids, no paths, no messages.
 */
export class RunTracer implements Tracer {
  private readonly tracer: OpenTelemetryTracer;
  private readonly runs = new Map<string, TracedRun>();
  private readonly addresses = new ServerAddresses();
  /** Of the last request: mostly the next one goes there, too. */
  private server = { origin: '', port: 0 };

  /** `propagates`: upstreams are told of the trace. */
  constructor(
    provider: TracerProvider,
    private readonly ids: GivenIds,
    private readonly propagates: boolean,
  ) {
    this.tracer = provider.getTracer('task-worker');
    // For spans that tasks begin themselves, with OpenTelemetry's API.
    context.setGlobalContextManager(new ActiveRunContextManager(() => this.contextOfRun()).enable());
    trace.setGlobalTracerProvider(provider);
  }

  subscribe(events: WorkerEvents): void {
    events.on('run.started', ({ run }) => this.start(run));
    events.on('run.finished', ({ run, status }) => this.end(run, status));
    events.on('run.lost', ({ run }) => this.end(run, 'lost'));
    events.on('run.unrecorded', ({ run }) => this.end(run, 'unrecorded'));
  }

  startRequest({ method, origin, template, attempt }: TracedRequest): RequestSpan {
    const name = methodLabel(method);
    const span = this.tracer.startSpan(template === undefined ? shortName(name) : `${shortName(name)} ${template}`, {
      kind: SpanKind.CLIENT,
      attributes: {
        'http.request.method': name,
        'server.address': this.addresses.of(origin),
        'server.port': this.portOf(origin),
        ...(template !== undefined && { 'url.template': template }),
        ...(attempt > 1 && { 'http.request.resend_count': attempt - 1 }),
      },
    });
    return {
      headers: this.propagates ? { traceparent: traceparent(span.spanContext()) } : {},
      end: (status, problem) => endRequest(span, status, problem),
    };
  }

  traceItem<T>(task: string, work: () => Promise<T>): Promise<T> {
    return this.tracer.startActiveSpan(`item ${task}`, async (span) => {
      try {
        return await work();
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });
  }

  currentSpan(): { readonly traceId: string; readonly spanId: string } | undefined {
    const scope = currentRunScope();
    if (!scope) return undefined;
    return trace.getSpan(context.active())?.spanContext() ?? idsOfRun(scope.runId, scope.attempt);
  }

  private portOf(origin: string): number {
    if (origin !== this.server.origin) {
      const port = Number(new URL(origin).port) || (origin.startsWith('https:') ? 443 : 80);
      this.server = { origin, port };
    }
    return this.server.port;
  }

  private contextOfRun(): Context | undefined {
    const scope = currentRunScope();
    return scope && this.runs.get(scope.runId)?.context;
  }

  private start(run: Run): void {
    const { id, task, trigger, attempt } = run;
    const options = {
      root: true,
      attributes: { 'worker.task': task, 'worker.trigger': trigger, 'worker.attempt': attempt },
      links: linksOf(run),
    };
    const span = this.ids.with(idsOfRun(id, attempt), () =>
      this.tracer.startSpan(`run ${task}`, options, ROOT_CONTEXT),
    );
    this.runs.set(id, { span, context: trace.setSpan(ROOT_CONTEXT, span) });
  }

  private end({ id, items, error }: Run, outcome: string): void {
    const span = this.runs.get(id)?.span;
    this.runs.delete(id);
    if (!span) return;
    span.setAttribute('worker.outcome', outcome);
    for (const [name, count] of Object.entries(items ?? {})) span.setAttribute(`worker.items.${name}`, count);
    if (outcome !== 'succeeded' && outcome !== 'partial') {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', (error && toldCode(error)) ?? outcome);
    }
    span.end();
  }
}

function endRequest(span: Span, status: number | null, problem: string | null): void {
  if (status !== null) span.setAttribute('http.response.status_code', status);
  if (problem !== null) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', problem === 'status' ? String(status) : problem.replaceAll(' ', '_'));
  }
  span.end();
}

/** As the semantic conventions have it: `HTTP` where the method is none of the known ones. */
function shortName(method: string): string {
  return method === '_OTHER' ? 'HTTP' : method;
}

/** To the attempt before it; from the first one to the run that it tries again. */
function linksOf({ id, attempt, retryOf, retriedAttempt = 1 }: Run): Link[] {
  if (attempt > 1) return [linkTo(idsOfRun(id, attempt - 1))];
  return retryOf === undefined ? [] : [linkTo(idsOfRun(retryOf, retriedAttempt))];
}

function linkTo({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): Link {
  return { context: { traceId, spanId, traceFlags: TraceFlags.NONE, isRemote: true } };
}

/** W3C trace context, version 00. */
function traceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
