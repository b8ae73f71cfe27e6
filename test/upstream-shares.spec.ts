import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceivedRequest } from './faults/server/received-request.ts';
import type { WorkerProcess } from './faults/worker-process.ts';
import { BATCH, CONCURRENCY, HELPS, LEASE_MS } from './replicas/orders-batch.ts';
import { useReplicas } from './replicas/use-replicas.ts';

/** 100 ms are promised; the rest is for a busy machine. */
const TOLD_WITHIN_MS = 500;
const ENDED = /^Run (succeeded|partial|failed|cancelled)/;

describe('the limits of an upstream, over several replicas', () => {
  const test = useReplicas();

  const api = () => test.current.scenario.server;

  /** The holder of a batch of orders and two that help; each names itself in its requests. */
  async function shared(orders: number, environment: Readonly<Record<string, string>> = {}) {
    api().model.latency = 50;
    api().model.addNumberedOrders(orders);
    const [one, other] = await Promise.all(
      ['one', 'other'].map((name) => test.current.startOne({ ...BATCH, ...environment, DATA_API_TOKEN: name })),
    );
    const holding = { ...BATCH, ...environment, RUN_ON_START: 'true', DATA_API_TOKEN: 'holder' };
    const holder = await test.current.startOne(holding);
    await Promise.all([one!, other!].map(({ log }) => log.find(HELPS, 30_000)));
    return { holder, one: one!, other: other! };
  }

  /** How many requests of each replica came within some time. */
  function senders(from = 0, to = Infinity): Record<string, number> {
    const sent = api().requests.filter(({ at }) => at >= from && at < to);
    const named = Map.groupBy(sent, ({ headers }) => String(headers['authorization']).replace('Bearer ', ''));
    return Object.fromEntries([...named].map(([name, requests]) => [name, requests.length]));
  }

  it('hold for the requests in flight, also while one is killed and another one joins', async () => {
    const { holder, one } = await shared(2_000);
    await sleep(2_000);
    const killedAt = Date.now();
    one.kill('SIGKILL');
    await test.current.startOne({ ...BATCH, DATA_API_TOKEN: 'new' });
    const joinedAt = Date.now();
    await holder.log.find(ENDED, 90_000);
    expect(mostAtOnce(api().requests)).toBeLessThanOrEqual(CONCURRENCY);
    // All of it is used, by all: a share is given within seconds, and back with the lease.
    expect(mostAtOnce(api().requests.filter(({ at }) => at < killedAt))).toBe(CONCURRENCY);
    expect(mostAtOnce(api().requests.filter(({ at }) => at > killedAt + LEASE_MS + 3_000))).toBe(CONCURRENCY);
    for (const name of ['holder', 'one', 'other']) expect(senders(0, killedAt)[name]).toBeGreaterThan(20);
    for (const name of ['holder', 'other']) expect(senders(killedAt)[name]).toBeGreaterThan(20);
    expect(senders(joinedAt, joinedAt + 5_000)['new']).toBeGreaterThan(10);
  }, 150_000);

  it('hold for the requests of a second, and for a pause that one of them was asked for', async () => {
    const perSecond = 60;
    const { holder } = await shared(700, { DATA_API_RATE: `${perSecond}/s` });
    await sleep(2_000);
    const { promise: refused, resolve } = Promise.withResolvers<number>();
    api().on(
      'process order',
      (_, reply) => {
        reply.json(429, { detail: 'slowly' }, { 'retry-after': '3' });
        resolve(Date.now());
      },
      1,
    );
    const refusedAt = await refused;
    await sleep(3_500);
    expect(senders(refusedAt + TOLD_WITHIN_MS, refusedAt + 2_900)).toEqual({});
    await holder.log.find(ENDED, 60_000);
    expect(mostInASecond(api().requests)).toBeLessThanOrEqual(perSecond * 1.1 + 3);
    for (const name of ['holder', 'one', 'other']) expect(senders()[name]).toBeGreaterThan(100);
  }, 120_000);

  it('are told when it is down, and when it is back, to one that has sent nothing', async () => {
    const idle = await test.current.startOne(BATCH);
    api().model.latency = 50;
    api().model.addNumberedOrders(60);
    const recover = api().on('process order', (_, reply) => reply.reset());
    const busy = await test.current.startOne({ ...BATCH, RUN_ON_START: 'true' });
    await told(busy, idle, /^Data API is down/);
    const back = told(busy, idle, /^Data API is back/);
    recover();
    await back;
    await busy.log.find(ENDED, 60_000);
  }, 90_000);
});

/** Waits until the second one says what the first one says. */
async function told(first: WorkerProcess, second: WorkerProcess, what: RegExp): Promise<void> {
  await first.log.find(what, 30_000);
  const saidAt = Date.now();
  await second.log.find(what, 10_000);
  expect(Date.now() - saidAt).toBeLessThan(TOLD_WITHIN_MS);
}

/** Who is answered in the millisecond in which another one comes is not beside it. */
function mostAtOnce(requests: readonly ReceivedRequest[]): number {
  const changes = requests.flatMap(({ at, reply }) => [
    { at, by: 1 },
    { at: reply.answered?.at ?? Infinity, by: -1 },
  ]);
  let inFlight = 0;
  let most = 0;
  for (const { by } of changes.toSorted((one, other) => one.at - other.at || one.by - other.by)) {
    inFlight += by;
    most = Math.max(most, inFlight);
  }
  return most;
}

function mostInASecond(requests: readonly ReceivedRequest[]): number {
  let first = 0;
  return requests.reduce((most, { at }, index) => {
    while (requests[first]!.at <= at - 1_000) first++;
    return Math.max(most, index - first + 1);
  }, 0);
}
