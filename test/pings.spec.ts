import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Scenario, settings } from './faults/scenario.ts';

const CANARIES = ['customer-canary', 'token-c4nary', 'message-c4nary'] as const;

/** A dead-man's switch that notes what it gets, and never answers where the status is null. */
class PingServer {
  readonly pings: { readonly url: string; readonly body: string }[] = [];
  status: number | null = 200;
  private readonly server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      this.pings.push({ url: request.url ?? '', body });
      if (this.status !== null) response.writeHead(this.status).end();
    });
  });

  async listen(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/ping-s3cret`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe('pings', () => {
  let scenario: Scenario;
  let switchboard: PingServer;
  let PING: Record<string, string>;

  beforeEach(async () => {
    scenario = await Scenario.begin();
    switchboard = new PingServer();
    PING = { TASK_CLEANUP_OLD_ORDERS_PING_URL: await switchboard.listen() };
  });
  afterEach(async () => {
    switchboard.close();
    await scenario.end();
  });

  it('tell the start and the end of a run, also of one by hand', async () => {
    const { run } = await scenario.runTask('cleanup_old_orders', PING);
    scenario.server.on('any', (_, reply) => reply.json(422, {}));
    const failed = await scenario.runTask('cleanup_old_orders', PING);
    const urls = switchboard.pings.map(({ url }) => url);
    expect(urls).toEqual([
      `/ping-s3cret/start?rid=${run.id}`,
      `/ping-s3cret?rid=${run.id}`,
      `/ping-s3cret/start?rid=${failed.run.id}`,
      `/ping-s3cret/fail?rid=${failed.run.id}`,
    ]);
    expect(switchboard.pings[3]?.body).toContain('answered 422');
    expect(`${failed.stdout}${failed.stderr}`).not.toContain('ping-s3cret');
  });

  it('have no id, address, message or secret in them beyond the run', async () => {
    const [customer, DATA_API_TOKEN, detail] = CANARIES;
    scenario.server.model.addOrders([customer]);
    scenario.server.on('process order', (_, reply) => reply.json(401, { detail }));
    const TASK_PROCESS_PENDING_ORDERS_PING_URL = PING['TASK_CLEANUP_OLD_ORDERS_PING_URL']!;
    const environment = { DATA_API_TOKEN, TASK_PROCESS_PENDING_ORDERS_PING_URL };
    const { run } = await scenario.runTask('process_pending_orders', environment);
    // What is left out is known.
    expect(run.error?.message).toMatch(new RegExp(`http.*${customer}/process answered 401.*${detail}`));
    const [, { body } = { body: '' }] = switchboard.pings;
    expect(body).toContain(`\nPOST ${new URL(scenario.server.url).host} answered 401 (UNAUTHORIZED)\nrun ${run.id}\n`);
    for (const text of [...CANARIES, '/api/v1', 'ping-s3cret', scenario.folder]) expect(body).not.toContain(text);
  });

  it('that nobody takes change no run, and hold a stop up for 2 s at most', async () => {
    switchboard.status = null;
    const often = settings('cleanup_old_orders', { SCHEDULE: 'every 1s' });
    const worker = await scenario.ready({ ...PING, ...often });
    await worker.log.find('Run succeeded');
    await worker.log.find('Run succeeded');
    const stopped = Date.now();
    expect(await worker.stop()).toMatchObject({ code: 0 });
    expect(Date.now() - stopped).toBeLessThan(4_000);
    const runs = await scenario.history('cleanup_old_orders');
    expect(runs.filter(({ status }) => status !== 'succeeded')).toEqual([]);
  });
});
