import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Scenario, settings } from './faults/scenario.ts';

const OFTEN = settings('cleanup_old_orders', { SCHEDULE: 'every 1s' });

const ONCE = settings('process_pending_orders', { SCHEDULE: 'every 30d' });
const CANARIES = ['customer-canary', 'token-c4nary', 'message-c4nary'] as const;

/** Takes alerts, and notes them. */
class Receiver {
  readonly alerts: Record<string, unknown>[] = [];
  /** What came, as it came. */
  text = '';
  private readonly server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      this.text += JSON.stringify(request.headers) + body;
      this.alerts.push(JSON.parse(body) as Record<string, unknown>);
      response.end();
    });
  });

  async listen(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook-s3cret`;
  }

  async whenTold(status: string): Promise<Record<string, unknown>> {
    return this.when(() => this.alerts.find((alert) => alert['status'] === status));
  }

  async when<T>(find: () => T | undefined): Promise<T> {
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
      const found = find();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`Told were only ${JSON.stringify(this.alerts)}`);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe('alerts', () => {
  let scenario: Scenario;
  let receiver: Receiver;

  beforeEach(async () => {
    scenario = await Scenario.begin();
    receiver = new Receiver();
  });
  afterEach(async () => {
    receiver.close();
    await scenario.end();
  });

  it('tell once that a task fails, over a kill and a restart, and once that it succeeds again', async () => {
    const environment = { ...OFTEN, ALERT_WEBHOOK_URL: await receiver.listen() };
    const mend = scenario.server.on('any', (_, reply) => reply.json(422, {}));
    const worker = await scenario.ready(environment);
    expect(await receiver.whenTold('firing')).toMatchObject({
      rule: 'failing',
      task: 'cleanup_old_orders',
      title: expect.stringContaining('answered 422'),
      lastSuccessAt: null,
      command: expect.stringMatching(/^worker show \S+$/),
    });
    // By then it is on record that it was told: else it would be told again, a minute later.
    for (let runs = 0; runs < 2; runs++) await worker.log.next('Run failed');
    await worker.stop('SIGKILL');
    const restarted = await scenario.ready(environment);
    await restarted.log.find('Run failed');
    mend();
    await receiver.whenTold('resolved');
    expect(receiver.alerts.map(({ status, rule }) => `${String(status)} ${String(rule)}`)).toEqual([
      'firing failing',
      'resolved failing',
    ]);
    await restarted.stop();
    expect(`${worker.output}${restarted.output}`).not.toContain('hook-s3cret');
  });

  it.each(['json', 'slack'])('have no id, address, message or secret in them beyond the run, as %s', async (format) => {
    const [customer, DATA_API_TOKEN, detail] = CANARIES;
    scenario.server.model.addOrders([customer]);
    scenario.server.on('process order', (_, reply) => reply.json(401, { detail }));
    const environment = { DATA_API_TOKEN, ALERT_WEBHOOK_URL: await receiver.listen(), ALERT_FORMAT: format };
    const worker = await scenario.ready({ ...environment, ...ONCE, RUN_ON_START: 'true' });
    await receiver.when(() => receiver.alerts.length === 2 || undefined);
    await worker.stop();
    // What is left out is known.
    const [run] = await scenario.history('process_pending_orders');
    expect(run?.error?.message).toMatch(new RegExp(`http.*${customer}/process answered 401.*${detail}`));
    expect(receiver.text).toContain(run?.id);
    expect(receiver.text).toContain(`failed: POST ${new URL(scenario.server.url).host} answered 401 (UNAUTHORIZED)`);
    for (const text of [...CANARIES, '/api/v1', 'hook-s3cret', scenario.folder]) {
      expect(receiver.text).not.toContain(text);
    }
  });
});
