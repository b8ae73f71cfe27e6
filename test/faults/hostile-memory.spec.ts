import { brokenAnswers } from './hostile/answers.ts';
import { type Case, outcomeOf } from './hostile/outcomes.ts';
import { lazy } from './lazy.ts';
import type { Behaviour } from './scripted-server.ts';

/** As many requests as are in flight at most. */
const AT_ONCE = 64;
/** An upstream that is not known yet gets few requests at once, until it has answered some. */
const GOOD_FIRST = 64;
const GOOD_AFTER_MS = 30;
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;

const valid: Behaviour = (_request, _reply, next) => next();
const broken = brokenAnswers('{}');
const hostile: Readonly<Record<string, Behaviour>> = {
  'an endless body': broken['an endless body']!,
  'a gzip bomb': broken['a gzip bomb']!,
};

/** After good answers, holds back its own until no further request can come: then all at once. */
function together(behaviour: Behaviour): Behaviour {
  const held: (() => void)[] = [];
  let count = -GOOD_FIRST;
  return (...exchange) => {
    if (++count <= 0) {
      setTimeout(() => valid(...exchange), GOOD_AFTER_MS);
      return;
    }
    held.push(() => behaviour(...exchange));
    if (count >= AT_ONCE) for (const answer of held.splice(0)) answer();
  };
}

const orders = (behaviour: Behaviour): Case => ({
  task: 'process_pending_orders',
  environment: { DATA_API_CONCURRENCY: String(AT_ONCE), DATA_API_TIMEOUT: '30s' },
  prepare: ({ server }) => {
    server.model.addNumberedOrders(GOOD_FIRST + AT_ONCE);
    server.on('process order', together(behaviour));
  },
  expectations: { everyOrderProcessed: behaviour === valid },
});

describe('sixty-four at once take less than 64 MB more than as many good answers, and fail their orders alone:', () => {
  const usual = lazy(() => outcomeOf(orders(valid)));

  it.each(Object.keys(hostile))('%s', async (name) => {
    const { peakRss, run, failedItems, violations } = await outcomeOf(orders(hostile[name]!));
    expect(run).toMatchObject({ status: 'partial', items: { total: GOOD_FIRST + AT_ONCE, failed: AT_ONCE } });
    expect(new Set(Object.values(failedItems))).toEqual(new Set(['BAD_ANSWER']));
    expect(violations).toEqual([]);
    expect(peakRss - (await usual()).peakRss).toBeLessThan(MAX_GROWTH_BYTES);
  });
});
