import { jest } from '@jest/globals';
import { aBatch, NOTHING_OPEN, PendingOrders } from './testing/pending-orders.js';

describe('An item without a usable id', () => {
  /** The first so many orders have none; `note`: what else distinguishes them. */
  function orders(count: number, unusable: number, note: (id: string) => string = (id) => id) {
    const task = new PendingOrders(count);
    for (const id of task.list.slice(0, unusable)) task.unusable.set(id, () => note(id));
    return task;
  }

  async function failuresOf(task: PendingOrders) {
    const { run, recorder, checkpoints, context } = await aBatch(task);
    const counts = await run();
    await recorder.checkpoint(NOTHING_OPEN, context.signal);
    return { counts, failures: checkpoints.flatMap(({ failures }) => failures), checkpoints };
  }

  it('fails untried, and says where it stood and what was wrong with its id', async () => {
    const { counts, failures } = await failuresOf(orders(30, 1));
    expect(counts).toEqual({ total: 30, succeeded: 29, failed: 1, skipped: 0 });
    expect(failures).toMatchObject([{ attempts: 0, error: { name: 'ItemIdMissingError', code: 'BAD_ID' } }]);
    expect(failures[0]?.error.message).toBe('Item 1 of the page at offset 0 cannot be identified: the id is null');
  });

  it('is never on record as in work, so that no crash is held against it', async () => {
    const { failures, checkpoints } = await failuresOf(orders(30, 1));
    expect(checkpoints.flatMap(({ pending }) => pending)).not.toContain(failures[0]?.id);
  });

  it('has a name that no other has, and the same one in every run', async () => {
    const [first, second] = [await failuresOf(orders(450, 250)), await failuresOf(orders(450, 250))];
    expect(new Set(first.failures.map(({ id }) => id)).size).toBe(250);
    expect(second.failures.map(({ id }) => id)).toEqual(first.failures.map(({ id }) => id));
  });

  it('counts apart from those of its page that are like it in everything', async () => {
    const { counts, failures } = await failuresOf(orders(30, 3, () => 'alike'));
    expect(counts).toMatchObject({ succeeded: 27, failed: 3 });
    expect(new Set(failures.map(({ id }) => id)).size).toBe(3);
  });

  it('holds up no other, though pages are full of those that are alike in everything', async () => {
    const task = orders(700, 350, () => 'alike');
    const { counts } = await failuresOf(task);
    expect(counts).toMatchObject({ succeeded: 350 });
    expect(counts.failed).toBeGreaterThanOrEqual(task.pageSize);
  });

  it('counts once though it says something else at each reading', async () => {
    let readings = 0;
    const { counts } = await failuresOf(orders(450, 1, () => `reading ${readings++}`));
    expect(counts).toEqual({ total: 450, succeeded: 449, failed: 1, skipped: 0 });
  });

  it('fails like the others of a single page', async () => {
    const task = orders(30, 2, () => 'alike');
    task.single = true;
    expect((await failuresOf(task)).counts).toEqual({ total: 30, succeeded: 28, failed: 2, skipped: 0 });
  });

  it('fails the run when the list never ends with them', async () => {
    const task = orders(1, 1);
    let items = 0;
    task.page = () => task.list;
    task.unusable.set('o0', () => `number ${items++}`);
    const { run, recorder } = await aBatch(task);
    await expect(run()).rejects.toMatchObject({
      code: 'BAD_ID',
      message: expect.stringMatching(/^More than 10000 items/),
    });
    expect(recorder.counts?.failed).toBe(10_001);
  });

  it('fails the run when a page is full of very many, not all of which are looked at', async () => {
    const task = orders(50_000, 50_000);
    task.single = true;
    task.page = () => task.list;
    const idOf = jest.spyOn(task, 'idOf');
    const { run } = await aBatch(task);
    await expect(run()).rejects.toMatchObject({ code: 'BAD_ID' });
    expect(idOf).toHaveBeenCalledTimes(10_001);
  });
});
