import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { Scenario, settings } from './faults/scenario.ts';

const OFTEN = settings('cleanup_old_orders', { SCHEDULE: 'every 1s' });

/** Takes alerts, and notes them. */
class Receiver {
  readonly alerts: Record<string, unknown>[] = [];
  private readonly server: Server = createServer((request, response) => {
    void json(request).then((alert) => {
      this.alerts.push(alert as Record<string, unknown>);
      response.end();
    });
  });

  async listen(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook-s3cret`;
  }

  async whenTold(status: string): Promise<Record<string, unknown>> {
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
      const found = this.alerts.find((alert) => alert['status'] === status);
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
});
