import { loadSettings } from './load-settings.js';
import { maskSecrets } from './secret-mask.js';

const read = (environment: Record<string, string>, file: Record<string, string> = {}) =>
  loadSettings(
    { DATA_API_URL: 'http://127.0.0.1:4000', ...environment },
    { path: '/app/.env', variables: file, worldWritable: false },
  );
const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://collector:4318';

describe('variables of OpenTelemetry', () => {
  it('ask for traces where they name a collector', () => {
    expect(read({ OTEL_SERVICE_NAME: 'orders' }).traces).toBeUndefined();
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_BSP_MAX_QUEUE_SIZE: '9' }).traces).toEqual({
      OTEL_EXPORTER_OTLP_ENDPOINT,
      OTEL_BSP_MAX_QUEUE_SIZE: '9',
    });
    expect(read({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: OTEL_EXPORTER_OTLP_ENDPOINT }).traces).toBeDefined();
  });

  it.each([
    ['OTEL_SDK_DISABLED', 'true'],
    ['OTEL_TRACES_EXPORTER', 'none'],
  ])('ask for none with %s=%s', (name, value) => {
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT, [name]: value }).traces).toBeUndefined();
  });

  it('count in a file, behind the environment', () => {
    const file = { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_RESOURCE_ATTRIBUTES: 'team=a', OTEL_SERVICE_NAME: 'of-file' };
    expect(read({ OTEL_SERVICE_NAME: 'orders' }, file).traces).toEqual({
      OTEL_EXPORTER_OTLP_ENDPOINT,
      OTEL_RESOURCE_ATTRIBUTES: 'team=a',
      OTEL_SERVICE_NAME: 'orders',
    });
  });

  it('are problems where the worker cannot do what they say', () => {
    const { problems } = read({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_HEADERS: 's3cret-without-a-name',
      OTEL_TRACES_SAMPLER: 'jaeger_remote',
      OTEL_TRACES_SAMPLER_ARG: '10%',
    });
    expect(problems.map(({ subject }) => subject)).toEqual([
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      'OTEL_TRACES_SAMPLER',
      'OTEL_TRACES_SAMPLER_ARG',
    ]);
    expect(JSON.stringify(problems)).not.toContain('s3cret');
  });

  it('hold secrets, which are masked', () => {
    read({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-the-collector, x-tenant=a' });
    expect(maskSecrets('Bearer of-the-collector a')).toBe('Bearer [redacted] a');
  });
});
