import { settings } from './faults/scenario.ts';
import type { WorkerProcess } from './faults/worker-process.ts';
import { EventReader } from './ops/event-reader.ts';
import { addressOf, OpsClient } from './ops/ops-client.ts';
import { useReplicas } from './replicas/use-replicas.ts';

const API = '/api/v1';
const ORDERS = 'process_pending_orders';
const SYNC = 'sync_external_data';
const POISON = 'order-00002';

/** A replica, and its API. */
interface Operated {
  readonly process: WorkerProcess;
  readonly client: OpsClient;
}

describe('three replicas, operated through the API of one', () => {
  const test = useReplicas({ everyOrderProcessed: false });
  let all: readonly Operated[];

  beforeEach(async () => {
    const processes = await test.current.start(3, settings(SYNC, { SCHEDULE: 'every 1s', CATCH_UP: 'skip' }));
    all = await Promise.all(
      processes.map(async (process) => ({ process, client: new OpsClient(await addressOf(process)) })),
    );
  });

  /** Asks one for a run that goes on; answers it, with one that does not execute it. */
  async function runElsewhere(): Promise<{ id: string; bystander: Operated }> {
    const { client } = all[0]!;
    const { status, body } = await client.post(`${API}/tasks/${ORDERS}/run`);
    expect(status).toBe(202);
    await client.until(`${API}/runs/${body.id}`, (answer) => answer.body.status === 'running');
    const holder = await test.current.holderOf(
      ORDERS,
      all.map(({ process }) => process),
    );
    expect(holder).toBeDefined();
    return { id: body.id, bystander: all.find(({ process }) => process !== holder)! };
  }

  it('shows every replica, and pauses and resumes a task on all of them', async () => {
    const [one, other] = [all[0]!.client, all[1]!.client];
    const { body } = await one.get(`${API}/workers`);
    const shown = (body.items as unknown as { url: string | null }[]).flatMap(({ url }) => url ?? []);
    expect(shown.sort()).toEqual(all.map(({ client }) => client.url).sort());

    await one.until(`${API}/runs?task=${SYNC}&status=succeeded`, (answer) => answer.body.items.length > 0);
    await one.post(`${API}/tasks/${SYNC}/pause`, { for: '1h', reason: 'API moves' });
    const since = new Date().toISOString();
    const ofPause = `${API}/runs?task=${SYNC}&trigger=schedule&since=${since}`;
    // More slots than one replica would claim by chance.
    const paused = await other.until(ofPause, (answer) => answer.body.items.length >= 4);
    expect(paused.body.items.map((run) => (run as unknown as { reason: string }).reason)).toEqual(
      paused.body.items.map(() => 'paused'),
    );
    await other.post(`${API}/tasks/${SYNC}/resume`);
    const resumed = new Date().toISOString();
    await one.until(`${API}/runs?task=${SYNC}&status=succeeded&since=${resumed}`, ({ body }) => body.items.length > 0);
  }, 60_000);

  it('follows and cancels a run that another one executes, by its stream, log and command', async () => {
    test.current.scenario.server.model.latency = 100;
    test.current.scenario.server.model.addNumberedOrders(5_000);
    const { id, bystander } = await runElsewhere();
    const { client } = bystander;
    const stream = await EventReader.open(client.url);
    const progress = await stream.next(({ type, data }) => type === 'progress' && data['id'] === id);
    expect(progress.data).toMatchObject({ task: ORDERS, items: { succeeded: expect.any(Number) } });
    await client.until(`${API}/runs/${id}/logs`, (answer) => answer.body.items.length > 0);

    await client.post(`${API}/runs/${id}/cancel`, { reason: 'a mistake' });
    const ended = await stream.next(({ type, data }) => type === 'run' && data['id'] === id);
    expect(ended.data).toMatchObject({ status: 'cancelled', reason: 'a mistake' });
    stream.close();

    // Whichever replica the browser is led to goes on where the other has stopped.
    const next = all.find((each) => each !== bystander)!;
    const resumed = await EventReader.open(next.client.url, { 'last-event-id': progress.id! });
    const told = await resumed.next(({ type, data }) => type === 'run' && data['id'] === id);
    expect(told.data).toMatchObject({ status: 'cancelled' });
    expect(resumed.told.filter(({ data }) => data['event'] === 'stream.reset')).toEqual([]);
    resumed.close();
  }, 60_000);

  it('retries what failed elsewhere, and shows who asked, whichever is asked', async () => {
    const { model } = test.current.scenario.server;
    model.latency = 100;
    model.addNumberedOrders(200);
    model.unprocessable.add(POISON);
    const { id, bystander } = await runElsewhere();
    model.latency = 0;
    const { client } = bystander;
    const failed = await client.until(`${API}/runs/${id}`, (answer) => answer.body.finishedAt !== null);
    expect(failed.body).toMatchObject({ status: 'partial', items: { failed: 1 } });
    model.unprocessable.clear();
    const retry = await client.post(`${API}/runs/${id}/retry`, { reason: 'mended' });
    for (const each of all) {
      await each.client.until(`${API}/runs/${retry.body.id}`, (answer) => answer.body.status === 'succeeded');
      const audit = await each.client.get(`${API}/audit`);
      expect(audit.body.items).toMatchObject([
        { action: 'retry', target: id, reason: 'mended' },
        { action: 'run', target: ORDERS },
      ]);
    }
  }, 60_000);
});
