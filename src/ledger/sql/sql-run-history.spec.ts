import { DAY, HOUR, SECOND } from '../../time/duration.js';
import { RunAmbiguousError } from '../run-history.js';
import { KEEP_ALL, manualClaim, removeTemporaryFolders, slotClaim, TestLedger } from '../testing/test-ledger.js';

let ledger: TestLedger;

beforeEach(async () => {
  ledger = await TestLedger.open();
});

afterEach(async () => {
  await ledger.store.close();
  removeTemporaryFolders();
});

/** So many runs of a task, a second apart, each with a failed item. */
async function record(task: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    ledger.clock.advance(SECOND);
    const execution = await ledger.start(slotClaim(task, ledger.clock.now()));
    const { run } = execution;
    const failures = [{ id: `item ${index}`, error: { name: 'E', message: 'm', code: 'X' }, attempts: 1 }];
    const checkpoint = { items: null, pending: [], unconfirmed: [], failures, recovered: [] };
    await ledger.runs.finish(execution, { status: 'partial' }, checkpoint);
    ids.push(run.id);
  }
  return ids;
}

async function idsOf(task: string): Promise<string[]> {
  return (await ledger.history.list({ task, limit: 1_000 })).map(({ id }) => id);
}

describe('the list of runs', () => {
  it('is newest first, of all tasks or of one, and no longer than asked for', async () => {
    const [a1 = '', a2 = ''] = await record('a', 2);
    const [b1 = ''] = await record('b', 1);
    expect((await ledger.history.list({ limit: 10 })).map(({ id }) => id)).toEqual([b1, a2, a1]);
    expect((await ledger.history.list({ limit: 2 })).map(({ id }) => id)).toEqual([b1, a2]);
    expect(await idsOf('a')).toEqual([a2, a1]);
  });

  it('can be narrowed to some statuses', async () => {
    await record('a', 1);
    await ledger.start(manualClaim('a'));
    await ledger.claim(manualClaim('a'));
    const runs = await ledger.history.list({ statuses: ['running', 'skipped'], limit: 10 });
    expect(runs.map(({ status }) => status)).toEqual(['skipped', 'running']);
    expect(await ledger.history.list({ statuses: [], limit: 10 })).toEqual([]);
  });

  it('keeps its order when the clock is set back', async () => {
    const [before = ''] = await record('a', 1);
    ledger.clock.advance(-HOUR);
    await ledger.store.close();
    await ledger.store.open('service');
    const { run } = await ledger.start(manualClaim('a'));
    expect(await idsOf('a')).toEqual([run.id, before]);
  });
});

describe('a run', () => {
  it('is found by its id, or by a beginning that is its alone', async () => {
    const [first = '', second = ''] = await record('a', 2);
    expect((await ledger.history.find(first))?.id).toBe(first);
    expect((await ledger.history.find(second.slice(0, -4)))?.id).toBe(second);
    expect((await ledger.history.find(first.toUpperCase()))?.id).toBe(first);
  });

  it('is not found by what several begin with', async () => {
    const [first = ''] = await record('a', 2);
    await expect(ledger.history.find(first.slice(0, 6))).rejects.toThrow(RunAmbiguousError);
  });

  it.each(['ffffffff', '%', "' or 1=1", '\0'])('is not found by %j', async (id) => {
    await record('a', 1);
    expect(await ledger.history.find(id)).toBeNull();
  });
});

describe('the overview', () => {
  it('has the last run that started and the last success of each task', async () => {
    const [success = ''] = await record('a', 1);
    const lastSuccessAt = ledger.clock.now();
    ledger.clock.advance(HOUR);
    const failed = await ledger.start(manualClaim('a'));
    await ledger.runs.finish(failed, { status: 'failed' });
    await ledger.claim(slotClaim('a', ledger.clock.now(), { record: { status: 'missed', reason: null } }));

    const overview = await ledger.history.overview();
    expect(overview.get('a')).toMatchObject({ lastRun: { id: failed.run.id }, lastSuccessAt });
    expect(overview.get('a')?.lastRun?.id).not.toBe(success);
  });

  it('has the run that is active', async () => {
    await record('a', 1);
    const { run } = await ledger.start(manualClaim('a'));
    expect((await ledger.history.overview()).get('a')?.lastRun).toMatchObject({ id: run.id, status: 'running' });
  });

  it('lacks a task that never ran', async () => {
    await ledger.schedules.adopt([{ task: 'a', schedule: 'every 1h', timezone: 'UTC' }], ledger.clock.now(), () => []);
    await ledger.claim(slotClaim('b', ledger.clock.now(), { record: { status: 'missed', reason: null } }));
    expect(await ledger.history.overview()).toEqual(new Map());
  });
});

describe('pruning', () => {
  it('keeps the newest runs of each task', async () => {
    const a = await record('a', 5);
    const b = await record('b', 2);
    expect(await ledger.history.prune({ ...KEEP_ALL, maxRunsPerTask: 3 })).toBe(2);
    expect(await idsOf('a')).toEqual(a.slice(2).reverse());
    expect(await idsOf('b')).toEqual([...b].reverse());
  });

  it('deletes what ended too long ago, with its failed items', async () => {
    const [old = ''] = await record('a', 3);
    ledger.clock.advance(31 * DAY);
    const [young = ''] = await record('a', 1);
    expect(await ledger.history.prune({ ...KEEP_ALL, maxAge: 30 * DAY })).toBe(3);
    expect(await idsOf('a')).toEqual([young]);
    expect(await ledger.history.failedItems(old)).toEqual([]);
    expect(await ledger.history.failedItems(young)).toHaveLength(1);
  });

  it('goes through more than one batch', async () => {
    const missed = { record: { status: 'missed', reason: null } } as const;
    const slots = Array.from({ length: 700 }, (_, index) => slotClaim('a', new Date(index * HOUR), missed));
    await ledger.runs.claim(slots);
    expect(await ledger.history.prune({ ...KEEP_ALL, maxRunsPerTask: 10 })).toBe(690);
    expect(await idsOf('a')).toHaveLength(10);
  });

  it('spares active and queued runs, the last run and the newest slot', async () => {
    const [last = ''] = await record('a', 1);
    const missed = await ledger.claim(
      slotClaim('a', new Date(ledger.clock.now().getTime() + 1), { record: { status: 'missed', reason: null } }),
    );
    const active = await ledger.start(manualClaim('b'));
    const queued = await ledger.claim(manualClaim('b', { overlap: 'queue' }));
    ledger.clock.advance(365 * DAY);
    expect(await ledger.history.prune({ maxAge: DAY, maxRunsPerTask: 0 })).toBe(0);
    expect(await idsOf('a')).toEqual([missed?.run.id, last]);
    expect(await idsOf('b')).toEqual([queued?.run.id, active.run.id]);
  });

  it('forgets items that have not failed for as long, unless they are left alone', async () => {
    await record('a', 1);
    ledger.clock.advance(31 * DAY);
    await ledger.items.recordCrash('a', ['young']);
    await ledger.history.prune({ ...KEEP_ALL, maxAge: 30 * DAY });
    expect([...(await ledger.items.troubled('a')).keys()]).toEqual(['young']);
  });

  it('lets other work in between', async () => {
    const missed = { record: { status: 'missed', reason: null } } as const;
    await ledger.runs.claim(Array.from({ length: 600 }, (_, slot) => slotClaim('a', new Date(slot), missed)));
    const pruning = ledger.history.prune({ ...KEEP_ALL, maxRunsPerTask: 10 });
    const first = await Promise.race([
      pruning.then(() => 'pruned'),
      ledger.claim(manualClaim('b')).then(() => 'claimed'),
    ]);
    expect(first).toBe('claimed');
    await pruning;
  });
});
