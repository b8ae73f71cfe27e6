import { ExportResultCode, getNumberFromEnv, getStringFromEnv } from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  type IdGenerator,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { programVersion } from '../../config/program-folder.js';

/** What OpenTelemetry's own variables ask for; its SDK reads only some of them itself. */
export function traceProvider(
  idGenerator: IdGenerator,
  environment: string | undefined,
  onExport: (error: Error | undefined) => void,
): TracerProvider {
  const exporter = reporting(otlpExporter(), onExport);
  return new TracerProvider({
    idGenerator,
    sampler: sampler(),
    // Neither host nor process: their detectors tell of users and command lines.
    resource: resourceFromAttributes({
      'service.name': 'task-worker',
      'service.version': programVersion(),
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.name': 'opentelemetry',
      ...(environment !== undefined && { 'deployment.environment.name': environment }),
    }).merge(detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] })),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        ...optional('scheduledDelayMillis', getNumberFromEnv('OTEL_BSP_SCHEDULE_DELAY')),
        ...optional('exportTimeoutMillis', getNumberFromEnv('OTEL_BSP_EXPORT_TIMEOUT')),
        ...optional('maxQueueSize', getNumberFromEnv('OTEL_BSP_MAX_QUEUE_SIZE')),
        ...optional('maxExportBatchSize', getNumberFromEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE')),
      }),
    ],
  });
}

/** Protobuf unless the variables ask for JSON, which takes twice the CPU and the bytes. */
function otlpExporter(): SpanExporter {
  const protocol =
    getStringFromEnv('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? getStringFromEnv('OTEL_EXPORTER_OTLP_PROTOCOL');
  return protocol === 'http/json' ? new JsonExporter() : new ProtobufExporter();
}

function sampler(): Sampler {
  const root = rootSampler();
  return getStringFromEnv('OTEL_TRACES_SAMPLER')?.startsWith('parentbased') === false
    ? root
    : new ParentBasedSampler({ root });
}

/** Spans that this process begins have no parent elsewhere: this alone decides. */
function rootSampler(): Sampler {
  switch (getStringFromEnv('OTEL_TRACES_SAMPLER')?.replace('parentbased_', '')) {
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(getNumberFromEnv('OTEL_TRACES_SAMPLER_ARG') ?? 1);
    default:
      return new AlwaysOnSampler();
  }
}

/** Tells how each export has ended. */
function reporting(exporter: SpanExporter, onExport: (error: Error | undefined) => void): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        onExport(
          result.code === ExportResultCode.SUCCESS
            ? undefined
            : (result.error ?? new Error('The collector took no spans')),
        );
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}

function optional<Name extends string>(name: Name, value: number | undefined): Partial<Record<Name, number>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, number>);
}
