import { DatabaseSync } from 'node:sqlite';
import { Scenario, settings, TASKS } from './faults/scenario.ts';

interface HealthBody {
  readonly status: string;
  readonly details: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const everySecond = settings('cleanup_old_orders', { SCHEDULE: 'every 1s', CATCH_UP: 'skip' });

describe('the health endpoints', () => {
  let scenario: Scenario;

  beforeEach(async () => {
    scenario = await Scenario.begin();
  });
  afterEach(() => scenario.end());

  it('answer 200 when all is well, and /health knows every task', async () => {
    const worker = await scenario.ready();
    for (const path of ['/health/live', '/health/startup', '/health/ready']) {
      expect(await worker.health(path)).toMatchObject({ status: 200, body: { status: 'ok' } });
    }
    const { body } = await worker.health('/health');
    const { details } = body as HealthBody;
    expect(Object.keys(details)).toEqual(expect.arrayContaining(TASKS.map((task) => `task:${task}`)));
    await worker.stop();
  });

  it('turn degraded, and stay 200, while the Data API fails, and recover with it', async () => {
    const { server } = scenario;
    const worker = await scenario.ready({ ...everySecond, DATA_API_TIMEOUT: '500ms' });
    const recover = server.on('any', (_, reply) => reply.json(500, {}));
    await expectStatus(() => worker.health('/health/ready'), 'degraded');
    expect(await worker.health('/health/ready')).toMatchObject({ status: 200 });
    expect(await worker.health('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
    recover();
    await expectStatus(() => worker.health('/health/ready'), 'ok');
    await worker.stop();
  });

  it('turn not ready, but alive, while the ledger cannot be written, and recover', async () => {
    const worker = await scenario.ready();
    const other = new DatabaseSync(scenario.ledger);
    other.exec('BEGIN IMMEDIATE');
    await worker.health('/health/ready', (status) => status === 503);
    expect(await worker.health('/health/live')).toMatchObject({ status: 200 });
    other.exec('ROLLBACK');
    other.close();
    await worker.health('/health/ready', (status) => status === 200);
    await worker.stop();
  });

  it('tell when a task last succeeded', async () => {
    const worker = await scenario.ready({ ...everySecond });
    await worker.log.find('Run succeeded');
    const succeeded = ({ details }: HealthBody) => details['task:cleanup_old_orders']?.['lastSuccessAt'] !== null;
    const { details } = await eventually(async () => (await worker.health('/health')).body as HealthBody, succeeded);
    expect(details['task:cleanup_old_orders']).toMatchObject({ status: 'up', schedule: 'every second' });
    await worker.stop();
  });
});

async function expectStatus(ask: () => Promise<{ body: unknown }>, status: string): Promise<void> {
  await eventually(
    async () => (await ask()).body as HealthBody,
    (body) => body.status === status,
  );
}

/** Asks every 100 ms, as the probe of an orchestrator does, only sooner. */
async function eventually<T>(ask: () => Promise<T>, fits: (answer: T) => boolean, timeout = 20_000): Promise<T> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`The last answer was ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
