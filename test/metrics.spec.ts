import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import type { RecordedRun } from './faults/scenario.ts';
import { freePort, Scenario, settings } from './faults/scenario.ts';
import { isInstalled, PrometheusProcess } from './metrics/prometheus-process.ts';

const OFTEN = settings('cleanup_old_orders', { SCHEDULE: 'every 1s' });
const SERIES = /^(worker_task_runs_total|worker_task_items_total)\{(.*)\} (\d+)$/gm;

const needs = (program: 'prometheus' | 'promtool') => (isInstalled(program) ? it : it.skip);

async function scrape(port: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers });
  if (!answer.ok) throw new Error(`/metrics answers ${answer.status}`);
  return answer.text();
}

/** `task,outcome,trigger` of runs, `task,outcome` of items; without those that are 0. */
function counts(text: string): Record<string, number> {
  const series = [...text.matchAll(SERIES)].map(([, , labels = '', value]) => {
    return [[...labels.matchAll(/"([^"]*)"/g)].map(([, label]) => label).join(','), Number(value)] as const;
  });
  return Object.fromEntries(series.filter(([, value]) => value > 0));
}

function expectedCounts(runs: readonly RecordedRun[]): Record<string, number> {
  const expected: Record<string, number> = {};
  const add = (labels: string, count = 0) => {
    if (count > 0) expected[labels] = (expected[labels] ?? 0) + count;
  };
  for (const { task, status, trigger, items, finishedAt } of runs) {
    if (finishedAt === null) continue;
    add(`${task},${status},${trigger}`, 1);
    for (const outcome of ['succeeded', 'failed', 'skipped'] as const) add(`${task},${outcome}`, items?.[outcome]);
  }
  return expected;
}

describe('/metrics', () => {
  let scenario: Scenario;
  let PORT: string;

  beforeEach(async () => {
    scenario = await Scenario.begin();
    PORT = String(await freePort());
  });
  afterEach(() => scenario.end());

  it('says what the ledger says, over a kill and a restart', async () => {
    const { model } = scenario.server;
    model.addNumberedOrders(20);
    const worker = await scenario.ready({ PORT, ...OFTEN });
    await scenario.runTask('process_pending_orders');
    await worker.log.find('Run succeeded');
    expect(counts(await scrape(PORT))).toMatchObject({ 'process_pending_orders,succeeded,manual': 1 });
    await worker.stop('SIGKILL');
    const restarted = await scenario.ready({ PORT });
    const [text, runs] = [await scrape(PORT), await scenario.history()];
    expect(counts(text)).toEqual(expectedCounts(runs));
    expect(counts(text)).toMatchObject({
      'process_pending_orders,succeeded,manual': 1,
      'process_pending_orders,succeeded': 20,
    });
    const last = runs.find(({ task, status }) => task === 'cleanup_old_orders' && status === 'succeeded');
    const lastSuccess = `last_success_timestamp_seconds{task="cleanup_old_orders"} ${Date.parse(last!.finishedAt!) / 1_000}\n`;
    expect(text).toContain(lastSuccess);
    await restarted.stop();
  });

  it('asks for METRICS_TOKEN where it is set, and never shows it', async () => {
    const token = 'the-token-of-the-scraper';
    const worker = await scenario.ready({ PORT, METRICS_TOKEN: token });
    await expect(scrape(PORT)).rejects.toThrow('401');
    await expect(scrape(PORT, { authorization: 'Bearer another' })).rejects.toThrow('401');
    expect(await scrape(PORT, { authorization: `Bearer ${token}` })).not.toContain(token);
    await worker.stop();
    expect(worker.output).not.toContain(token);
  });

  it('is compressed, and OpenMetrics, for those who ask for it', async () => {
    const worker = await scenario.ready({ PORT });
    const headers = { accept: 'application/openmetrics-text', 'accept-encoding': 'gzip' };
    // `fetch` would decompress it.
    const [answer] = (await once(get({ host: '127.0.0.1', port: PORT, path: '/metrics', headers }), 'response')) as [
      IncomingMessage,
    ];
    expect(gunzipSync(await buffer(answer)).toString()).toMatch(/# TYPE worker_task_runs counter\n[^]*# EOF\n$/);
    await worker.stop();
  });

  needs('promtool')('has nothing that promtool finds fault with (where it is installed)', async () => {
    const worker = await scenario.ready({ PORT, ...OFTEN });
    await worker.log.find('Run succeeded');
    const check = spawnSync('promtool', ['check', 'metrics'], { input: await scrape(PORT), encoding: 'utf8' });
    expect(check).toMatchObject({ status: 0, stdout: '', stderr: '' });
    await worker.stop();
  });

  it('shows no id, address, message or secret', async () => {
    const canaries = ['customer-c4nary', 'token-c4nary', 'message-c4nary', 'webhook-c4nary'] as const;
    const [customer, DATA_API_TOKEN, detail, hook] = canaries;
    scenario.server.model.addOrders([customer]);
    scenario.server.on('process order', (_, reply) => reply.json(422, { detail }));
    const ALERT_WEBHOOK_URL = `http://127.0.0.1:9/${hook}`;
    const worker = await scenario.ready({ PORT, DATA_API_TOKEN, ALERT_WEBHOOK_URL });
    await scenario.runTask('process_pending_orders');
    for (const accept of ['text/plain', 'application/openmetrics-text']) {
      const text = await scrape(PORT, { accept });
      expect(text).toContain(
        'worker_task_runs_total{task="process_pending_orders",outcome="partial",trigger="manual"} 1',
      );
      for (const canary of [...canaries, scenario.folder, '/api/v1']) expect(text).not.toContain(canary);
    }
    await worker.stop();
  });

  needs('prometheus')(
    'is what the ledger says in Prometheus, through a kill, an outage and a deploy (where it is installed)',
    async () => {
      const prometheus = await PrometheusProcess.start(scenario.folder, `127.0.0.1:${PORT}`);
      const cleanups = (outcome: string) =>
        `worker_task_runs_total{task="cleanup_old_orders",outcome="${outcome}",trigger="schedule"}`;
      const isUp = () => prometheus.find('min(up) + 0 * count(worker_info)', (up) => up === 1);
      try {
        const killed = await scenario.ready({ PORT, ...OFTEN });
        await prometheus.find(cleanups('succeeded'), (runs) => runs >= 2);
        await killed.stop('SIGKILL');
        const restarted = await scenario.ready({ PORT, ...OFTEN });
        await isUp();
        await scenario.server.refuse();
        await prometheus.find(cleanups('failed'), (runs) => runs >= 1);
        await scenario.server.listen();
        await restarted.stop();
        // The new version has another schedule: nothing more runs while it is compared.
        const deployed = await scenario.ready({ PORT });
        await isUp();
        const expected = expectedCounts(await scenario.history());
        expect(Object.keys(expected)).toEqual(
          expect.arrayContaining(['cleanup_old_orders,succeeded,schedule', 'cleanup_old_orders,failed,schedule']),
        );
        for (const [labels, count] of Object.entries(expected)) {
          const [task, outcome, trigger] = labels.split(',');
          const series = trigger === undefined ? 'worker_task_items_total' : 'worker_task_runs_total';
          const ofTrigger = trigger === undefined ? '' : `,trigger="${trigger}"`;
          await prometheus.find(
            `${series}{task="${task}",outcome="${outcome}"${ofTrigger}}`,
            (value) => value === count,
          );
        }
        const resets = 'max(resets({__name__=~"worker_task_(runs|items|missed_runs)_total"}[1h]))';
        expect(await prometheus.query(resets)).toEqual([{ metric: {}, value: 0 }]);
        await deployed.stop();
      } finally {
        await prometheus.stop();
      }
    },
    120_000,
  );
});
