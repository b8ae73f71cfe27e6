import { HOUR } from '../../time/duration.js';
import type { ItemRecord } from '../item-ledger.js';
import type { Checkpoint } from '../run-ledger.js';
import { manualClaim, removeTemporaryFolders, TestLedger } from '../testing/test-ledger.js';

const TASK = 'process_pending_orders';

let ledger: TestLedger;

beforeEach(async () => {
  ledger = await TestLedger.open();
});

afterEach(async () => {
  await ledger.store.close();
  removeTemporaryFolders();
});

/** One whole run in which these items failed and those recovered. */
async function run(failed: readonly string[], recovered: readonly string[] = [], attempts = 1): Promise<void> {
  const execution = await ledger.start(manualClaim(TASK));
  await ledger.runs.finish(execution, { status: 'partial' }, checkpoint(failed, recovered, attempts));
}

function checkpoint(failed: readonly string[], recovered: readonly string[] = [], attempts = 1): Checkpoint {
  const failures = failed.map((id) => ({
    id,
    error: { name: 'E', message: `${id} failed`, code: 'HTTP_422' },
    attempts,
  }));
  return { items: null, pending: [], unconfirmed: [], failures, recovered };
}

async function recordOf(id: string): Promise<ItemRecord | undefined> {
  return (await ledger.items.troubled(TASK)).get(id);
}

describe('the memory of items', () => {
  it('knows since when and how often an item has failed, and the last reason', async () => {
    await run(['7']);
    const firstFailedAt = ledger.clock.now();
    ledger.clock.advance(HOUR);
    await run(['7', '8']);
    expect(await recordOf('7')).toEqual({
      id: '7',
      failedRuns: 2,
      crashes: 0,
      firstFailedAt,
      lastFailedAt: ledger.clock.now(),
      lastError: '7 failed',
      quarantinedUntil: null,
    });
    expect(await recordOf('8')).toMatchObject({ failedRuns: 1 });
  });

  it('closes the record of an item that is done', async () => {
    await run(['7', '8']);
    await run([], ['7', 'never heard of']);
    expect([...(await ledger.items.troubled(TASK)).keys()]).toEqual(['8']);
  });

  it('is kept by task', async () => {
    await run(['7']);
    expect(await ledger.items.troubled('another_task')).toEqual(new Map());
  });

  it('counts a run once, though its attempts fail with the item again', async () => {
    const { run } = await ledger.start(manualClaim(TASK));
    await ledger.runs.checkpoint(run.id, checkpoint(['7']));
    await ledger.runs.checkpoint(run.id, checkpoint(['7']));
    expect(await recordOf('7')).toMatchObject({ failedRuns: 1 });
    expect(await ledger.history.failedItems(run.id)).toHaveLength(1);
  });

  it('withdraws the failure of an item that a later attempt of the run is done with', async () => {
    const execution = await ledger.start(manualClaim(TASK));
    const { run } = execution;
    await ledger.runs.checkpoint(run.id, checkpoint(['7', '8']));
    await ledger.runs.finish(execution, { status: 'partial' }, checkpoint([], ['7']));
    expect((await ledger.history.failedItems(run.id)).map(({ id }) => id)).toEqual(['8']);
    expect([...(await ledger.items.troubled(TASK)).keys()]).toEqual(['8']);
  });

  it('leaves an item alone from its fifth failed run in a row on, for longer each time', async () => {
    for (let runs = 0; runs < 4; runs++) await run(['7']);
    expect((await recordOf('7'))?.quarantinedUntil).toBeNull();
    await run(['7']);
    expect((await recordOf('7'))?.quarantinedUntil).toEqual(new Date(ledger.clock.now().getTime() + HOUR));
    await run(['7']);
    expect((await recordOf('7'))?.quarantinedUntil).toEqual(new Date(ledger.clock.now().getTime() + 2 * HOUR));
  });

  it('does not hold against an item that it was left alone', async () => {
    for (let runs = 0; runs < 5; runs++) await run(['7']);
    const before = await recordOf('7');
    ledger.clock.advance(HOUR / 2);
    await run(['7'], [], 0);
    expect(await recordOf('7')).toEqual(before);
  });

  it('counts crashes in a row, and leaves an item alone from the third on', async () => {
    await ledger.items.recordCrash(TASK, ['7', '8']);
    await ledger.items.recordCrash(TASK, ['7']);
    expect(await recordOf('7')).toMatchObject({ crashes: 2, failedRuns: 0, quarantinedUntil: null });
    await ledger.items.recordCrash(TASK, ['7']);
    expect((await recordOf('7'))?.quarantinedUntil).toEqual(new Date(ledger.clock.now().getTime() + HOUR));
    expect(await recordOf('8')).toMatchObject({ crashes: 1 });
  });

  it('forgets crashes when the process survives the item', async () => {
    await ledger.items.recordCrash(TASK, ['7']);
    await ledger.items.recordCrash(TASK, ['7']);
    await run(['7']);
    expect(await recordOf('7')).toMatchObject({ crashes: 0, failedRuns: 1 });
  });

  it.each(['a\0b', 'a\ud800', '"', '__proto__', "'; drop table items; --"])('keeps the id %j as it is', async (id) => {
    await run([id]);
    expect(await recordOf(id)).toMatchObject({ id, failedRuns: 1 });
    await run([], [id]);
    expect(await recordOf(id)).toBeUndefined();
  });
});
