import { jest } from '@jest/globals';
import { WorkerError } from '../../../runs/errors.js';
import { aBatch, onlyOnce, PendingOrders, UnauthorizedError } from '../../batch/testing/pending-orders.js';
import { shrinkingList } from './shrinking-list.js';

class PageBrokenError extends WorkerError {
  constructor() {
    super('The Data API answered 500', 'HTTP_500');
  }
}

/**
 * Orders of which the pages for which `isBroken` is true cannot be read; it is asked with the
 * number of the reading.
 */
function ordersWithBrokenPages(count: number, isBroken: (offset: number, reading: number) => boolean) {
  const orders = new PendingOrders(count);
  const { page } = orders;
  orders.page = (request) => {
    if (isBroken(request.offset, orders.reads.length)) throw new PageBrokenError();
    return page(request);
  };
  return orders;
}

describe('shrinkingList', () => {
  it.each([0, -1, 1.5, NaN])('refuses a page size of %p', (pageSize) => {
    expect(() => shrinkingList(async () => [], { pageSize })).toThrow(RangeError);
  });

  it('hands the run to whoever reads a page', async () => {
    const seen: unknown[] = [];
    const pages = shrinkingList<string>(async ({ offset, limit, at }) => {
      seen.push([offset, limit, at]);
      return [];
    });
    const { run, context } = await aBatch({ pages, idOf: String, processItem: async () => {} });
    await run();
    expect(seen).toEqual([[0, 100, context.at]]);
  });
});

describe('A page of a shrinking list that cannot be read', () => {
  it.each([1, 2, 3])('as number %d of the readings is stepped over, and read at the end', async (broken) => {
    const orders = ordersWithBrokenPages(450, (_, reading) => reading === broken);
    const { run, failures } = await aBatch(orders);
    expect(await run()).toEqual({ total: 450, succeeded: 450, failed: 0, skipped: 0 });
    expect(await failures()).toEqual([]);
    expect(onlyOnce(orders)).toBe(true);
  });

  it('for good counts as a failed item, and the pages behind it are worked off', async () => {
    const orders = new PendingOrders(450);
    const { page } = orders;
    orders.page = (request) => {
      const ids = page(request);
      if (ids.includes('o150')) throw new PageBrokenError();
      return ids;
    };
    const { run, failures } = await aBatch(orders);
    const counts = await run();
    expect(counts.failed).toBe(1);
    expect(counts.succeeded).toBeGreaterThanOrEqual(350);
    expect(orders.list).toContain('o150');
    expect(await failures()).toEqual([
      {
        id: expect.stringMatching(/^page at offset \d+$/),
        attempts: 0,
        error: expect.objectContaining({ code: 'HTTP_500' }),
      },
    ]);
    expect(onlyOnce(orders)).toBe(true);
  });

  it('ends the run when the one behind it cannot be read either', async () => {
    const orders = ordersWithBrokenPages(1_000, (_, reading) => reading > 4);
    const { run } = await aBatch(orders);
    await expect(run()).rejects.toThrow(PageBrokenError);
    expect(orders.reads).toHaveLength(6);
  });

  it('fails the run when there is nothing else in the list', async () => {
    const orders = ordersWithBrokenPages(50, (offset) => offset === 0);
    const { run, recorder } = await aBatch(orders);
    await expect(run()).rejects.toThrow(PageBrokenError);
    expect(recorder.counts).toMatchObject({ total: 1, failed: 1 });
  });

  it('ends the run at once when nobody answers the first request', async () => {
    const orders = new PendingOrders(10);
    orders.page = () => {
      throw new WorkerError('Connection refused', 'UNREACHABLE');
    };
    const { run } = await aBatch(orders);
    await expect(run()).rejects.toThrow('Connection refused');
    expect(orders.reads).toEqual([0]);
  });

  it('ends the run at once when no other can be read for the same reason', async () => {
    const orders = new PendingOrders(1_000);
    const { page } = orders;
    orders.page = (request) => {
      if (orders.reads.length > 3) throw new UnauthorizedError('not authorised', 'UNAUTHORIZED');
      return page(request);
    };
    const { run } = await aBatch(orders);
    await expect(run()).rejects.toThrow('not authorised');
    expect(orders.reads).toHaveLength(4);
  });
});

describe('A shrinking list that grows as fast as it is worked off', () => {
  const DEADLINE_MS = 12_000;
  let now: number;

  beforeEach(() => {
    now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** 20 ms an order, in which another one arrives until `last`. */
  function busyOrders(last = 5_000) {
    const orders = new PendingOrders(200);
    let arrived = 200;
    orders.onProcess = () => {
      now += 20;
      if (arrived < last) orders.list.push(`o${arrived++}`);
    };
    return orders;
  }

  const deadline = () => Date.now() + DEADLINE_MS;

  it('ends with its run before the deadline, and leaves the rest to the next one', async () => {
    const orders = busyOrders();
    const { run, events } = await aBatch(orders, { deadline: deadline() });
    const left: unknown[] = [];
    events.on('run.rest_left', (event) => left.push(event));
    const counts = await run();
    expect(now).toBeGreaterThanOrEqual(0.85 * DEADLINE_MS);
    expect(now).toBeLessThan(DEADLINE_MS);
    expect(counts).toMatchObject({ total: counts.succeeded, failed: 0 });
    expect(counts.succeeded).toBe(orders.effects.size);
    expect(orders.list).toHaveLength(200);
    expect(left).toEqual([{ runId: expect.any(String), task: 'some_task', items: counts }]);
  });

  it('ends as read to its end when that comes first', async () => {
    const orders = busyOrders(400);
    const { run, events } = await aBatch(orders, { deadline: deadline() });
    const left: unknown[] = [];
    events.on('run.rest_left', (event) => left.push(event));
    expect(await run()).toMatchObject({ total: 400, succeeded: 400 });
    expect(left).toEqual([]);
  });
});

describe('A list that goes round in a circle longer than can be remembered', () => {
  /** Cursors lead from page to page, whatever the offset, and from the last one back to `to`. */
  function circle(pages: number, to: number) {
    const orders = new PendingOrders(0);
    orders.pageSize = 1_000;
    let next = 0;
    orders.page = () => {
      // To read for ever would hang the tests, not fail them.
      if (orders.reads.length > 200) throw new Error('The list is read for ever');
      const page = next;
      next = next === pages - 1 ? to : next + 1;
      return Array.from({ length: 1_000 }, (_, index) => `o${page * 1_000 + index}`);
    };
    return orders;
  }

  it('is left with the reason when it begins anew', async () => {
    const orders = circle(14, 0);
    const { run, failures } = await aBatch(orders);
    expect(await run()).toEqual({ total: 14_001, succeeded: 14_000, failed: 1, skipped: 0 });
    expect(onlyOnce(orders)).toBe(true);
    const [failure] = await failures();
    expect(failure).toMatchObject({
      error: { code: 'LIST_REPEATS', message: expect.stringMatching(/shows o\d+ again/) },
    });
  });

  it('is left with the reason when it goes round further on', async () => {
    const orders = circle(35, 20);
    const { run, failures } = await aBatch(orders);
    expect(await run()).toMatchObject({ failed: 1 });
    expect(orders.effects.size).toBe(35_000);
    expect(await failures()).toMatchObject([{ error: { code: 'LIST_REPEATS' } }]);
    expect(orders.reads.length).toBeLessThan(100);
  });
});
