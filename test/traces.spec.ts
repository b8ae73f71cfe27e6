import { freePort, Scenario, settings } from './faults/scenario.ts';
import { attributesOf, type CollectedSpan, Collector } from './traces/collector.ts';

const SOON = { OTEL_BSP_SCHEDULE_DELAY: '100' };
const ROOT = 'run process_pending_orders';
const EVERY_MONTH = settings('process_pending_orders', { SCHEDULE: 'every 30d' });
const CLIENT = 3;
const ERROR = 2;
const CANARIES = ['customer-c4nary', 'cred-c4nary', 'message-c4nary', 'query-c4nary'];

describe('traces', () => {
  let scenario: Scenario;
  let collector: Collector;
  let endpoint: string;

  beforeEach(async () => {
    scenario = await Scenario.begin();
    collector = new Collector();
    endpoint = await collector.listen();
  });
  afterEach(async () => {
    collector.close();
    await scenario.end();
  });

  const traced = (more: Record<string, string> = {}) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    ...SOON,
    ...more,
  });

  it('show a run and its requests by their kind, and tell the API of them', async () => {
    scenario.server.model.addNumberedOrders(3);
    const { run } = await scenario.runTask('process_pending_orders', traced({ OTEL_SERVICE_NAME: 'orders-worker' }));
    const [root] = collector.named(ROOT) as [CollectedSpan];
    expect(root.traceId).toBe(run.id.replaceAll('-', ''));
    expect(attributesOf(root)).toMatchObject({
      'worker.task': 'process_pending_orders',
      'worker.trigger': 'manual',
      'worker.outcome': 'succeeded',
      'worker.items.succeeded': 3,
    });
    const requests = collector.named('POST /api/v1/orders/{id}/process');
    expect(requests).toHaveLength(3);
    for (const request of requests) {
      expect(request).toMatchObject({ traceId: root.traceId, parentSpanId: root.spanId, kind: CLIENT });
      expect(attributesOf(request)).toMatchObject({
        'http.request.method': 'POST',
        'http.response.status_code': 200,
        'server.address': '127.0.0.1',
        'url.template': '/api/v1/orders/{id}/process',
      });
    }
    const told = scenario.server.requestsFor('process order').map(({ headers }) => headers['traceparent']);
    expect(told.toSorted()).toEqual(requests.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`).toSorted());
    expect(collector.resources[0]).toMatchObject({ 'service.name': 'orders-worker' });
  });

  it('are sent as protobuf unless JSON is asked for', async () => {
    await scenario.runTask('cleanup_old_orders', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...SOON });
    expect(collector.headers).toMatchObject({ 'content-type': 'application/x-protobuf' });
    expect(collector.text).toContain('run cleanup_old_orders');
    expect(collector.text).not.toContain('resourceSpans');
  });

  it('show each attempt of a request, and what was wrong with it', async () => {
    scenario.server.on('sync', (_, reply) => reply.json(500, {}), 1);
    await scenario.runTask('sync_external_data', traced());
    const [failed, sent] = collector.named('POST /api/v1/sync') as [CollectedSpan, CollectedSpan];
    expect(failed.status).toEqual({ code: ERROR });
    expect(attributesOf(failed)).toMatchObject({ 'http.response.status_code': 500, 'error.type': '500' });
    expect(attributesOf(sent)).toMatchObject({ 'http.response.status_code': 200, 'http.request.resend_count': 1 });
  });

  it('link the attempts of a run, over a kill, in one trace', async () => {
    scenario.server.model.addNumberedOrders(1);
    const mend = scenario.server.on('process order', () => undefined);
    const environment = traced({ RUN_ON_START: 'true', ...EVERY_MONTH });
    const asked = scenario.server.nextRequest('process order');
    const killed = await scenario.ready(environment);
    await asked;
    await killed.stop('SIGKILL');
    mend();
    const restarted = await scenario.ready(environment);
    const line = await restarted.log.find('Run succeeded');
    await restarted.stop();
    const [second] = collector.named(ROOT) as [CollectedSpan];
    expect(attributesOf(second)).toMatchObject({ 'worker.attempt': 2 });
    const lines = killed.log.lines.filter(({ msg }) => msg === 'Run started');
    expect(second.links).toMatchObject([{ traceId: second.traceId, spanId: lines[0]?.['span_id'] }]);
    expect(line).toMatchObject({ trace_id: second.traceId, span_id: second.spanId });
  });

  it('link a retry to the run that it tries again', async () => {
    scenario.server.model.addNumberedOrders(1);
    scenario.server.on('process order', (_, reply) => reply.json(422, {}), 1);
    const worker = await scenario.ready(traced({ RUN_ON_START: 'true', ...EVERY_MONTH }));
    const { run } = await worker.log.find('Run partial');
    expect(await scenario.run(['retry', String(run)])).toMatchObject({ code: 0 });
    await worker.log.find('Run succeeded');
    await worker.stop();
    const [first, retry] = collector.named(ROOT) as [CollectedSpan, CollectedSpan];
    expect(attributesOf(retry)).toMatchObject({ 'worker.trigger': 'retry' });
    expect(retry.links).toMatchObject([{ traceId: first.traceId, spanId: first.spanId }]);
    expect(retry.traceId).not.toBe(first.traceId);
    expect(first.links ?? []).toEqual([]);
  });

  it('have no id, address, message or secret in them', async () => {
    const [customer, token, message, query] = CANARIES as [string, string, string, string];
    scenario.server.model.addOrders([customer]);
    scenario.server.on('process order', (_, reply) => reply.json(422, { detail: message }));
    scenario.server.on('sync', (_, reply) => reply.json(302, {}, { location: `http://127.0.0.1/x?q=${query}` }));
    const environment = traced({
      DATA_API_TOKEN: token,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${token}`,
      LOG_LEVEL: 'trace',
    });
    await scenario.runTask('process_pending_orders', environment);
    await scenario.runTask('sync_external_data', environment);
    expect(collector.named(ROOT)).toHaveLength(1);
    expect(collector.headers['authorization']).toBe(`Bearer ${token}`);
    for (const canary of CANARIES) expect(collector.text).not.toContain(canary);
    // Nor the command line, the user and the folder of the process.
    for (const text of [process.execPath, scenario.folder, 'command_args', 'process.owner']) {
      expect(collector.text).not.toContain(text);
    }
  });

  it('are left out as OTEL_TRACES_SAMPLER says', async () => {
    const environment = traced({ OTEL_TRACES_SAMPLER: 'always_off' });
    expect(await scenario.runTask('cleanup_old_orders', environment)).toMatchObject({ code: 0 });
    expect(collector.spans).toEqual([]);
    expect(scenario.server.requestsFor('clean up')[0]?.headers['traceparent']).toMatch(/-00$/);
  });

  it.each(['dead', 'hanging'])('cost no run, and a stop at most 2 s, when the collector is %s', async (kind) => {
    collector.hangs = true;
    if (kind === 'dead') endpoint = `http://127.0.0.1:${await freePort()}`;
    const worker = await scenario.ready(traced(settings('cleanup_old_orders', { SCHEDULE: 'every 1s' })));
    for (let runs = 0; runs < 3; runs++) await worker.log.next('Run succeeded');
    const began = Date.now();
    expect(await worker.stop()).toMatchObject({ code: 0 });
    expect(Date.now() - began).toBeLessThan(3_000);
    const runs = await scenario.history('cleanup_old_orders');
    expect(runs.every(({ status }) => status === 'succeeded')).toBe(true);
  });

  it('load nothing and send nothing while no collector is named', async () => {
    await scenario.runTask('cleanup_old_orders');
    expect(scenario.server.requestsFor('clean up')[0]?.headers).not.toHaveProperty('traceparent');
  });
});
