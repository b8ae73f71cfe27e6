import { PostgresServer } from '../test/postgres/postgres-server.ts';
import { atLeast, type Benchmark, type Comparison, type Laboratory } from './benchmark.ts';
import { rateOf } from './measure/drain.ts';
import { count, perSecond } from './report/figures.ts';
import { batchReplica } from './worker/built-worker.ts';

const LATENCY_MS = 100;
const CONCURRENCY = 16;

/** What replicas gain on one batch, where the upstream takes as many more requests. */
export const sharedBatch: Benchmark = {
  title: `One batch on several replicas, server latency ${LATENCY_MS} ms`,

  async measure(laboratory) {
    const orders = laboratory.full ? 20_000 : 6_000;
    const alone = await rate(laboratory, 1, orders);
    const comparisons: Comparison[] = [];
    for (const replicas of [2, 8]) {
      const together = await rate(laboratory, replicas, orders);
      const ratio = together / alone;
      comparisons.push({
        what: `${count(orders)} orders in pages of 1,000, ${replicas} replicas, ${CONCURRENCY} at once each`,
        ...{ figure: perSecond(together), peer: 'one replica', peerFigure: perSecond(alone), ratio },
        // A short list is half over before the last replica has heard of it.
        ...((laboratory.full || replicas === 2) && { target: atLeast(replicas === 2 ? 1.9 : 7, ratio, ' ×') }),
      });
    }
    return { comparisons };
  },
};

async function rate({ server }: Laboratory, replicas: number, orders: number): Promise<number> {
  const database = await PostgresServer.start({ durable: true });
  // Of all replicas together.
  const concurrency = CONCURRENCY * replicas;
  try {
    const helpers = Array.from({ length: replicas - 1 }, () =>
      batchReplica(server.url, database.url, concurrency, ['help']),
    );
    await server.load({ orders, latency: LATENCY_MS });
    await batchReplica(server.url, database.url, concurrency, ['hold', String(replicas)]).ended(0);
    const statistics = await server.statistics();
    await Promise.all(helpers.map((helper) => helper.stop()));
    if (statistics.processed !== orders || statistics.pointless > 0) {
      throw new Error(`${statistics.processed} of ${orders} orders were processed, ${statistics.pointless} again`);
    }
    return rateOf(statistics);
  } finally {
    await database.stop();
  }
}
