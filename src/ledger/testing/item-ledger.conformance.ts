import { HOUR } from '../../time/duration.js';
import type { ItemRecord } from '../item-ledger.js';
import { aCheckpoint, aFailure, manualClaim, start } from './claims.js';
import { type SetUp, useLedger } from './ledger-under-test.js';

const TASK = 'process_pending_orders';

/** What `ItemLedger` promises, and the checkpoints that feed it. */
export function describeItemLedger(setUp: SetUp): void {
  const test = useLedger(setUp);

  const failing = (failed: readonly string[], recovered: readonly string[] = [], attempts = 1) =>
    aCheckpoint({ failures: failed.map((id) => aFailure(id, { attempts })), recovered });

  /** One whole run in which these items failed and those recovered. */
  async function run(...checkpoint: Parameters<typeof failing>): Promise<void> {
    const execution = await start(test.ledger.runs, manualClaim(TASK));
    await test.ledger.runs.finish(execution, { status: 'partial' }, failing(...checkpoint));
  }

  async function recordOf(id: string): Promise<ItemRecord | undefined> {
    return (await test.ledger.items.troubled(TASK)).get(id);
  }

  const later = (milliseconds: number) => new Date(test.clock.now().getTime() + milliseconds);

  describe('the memory of items', () => {
    it('knows since when and how often an item has failed, and the last reason', async () => {
      await run(['7']);
      const firstFailedAt = test.clock.now();
      test.clock.advance(HOUR);
      await run(['7', '8']);
      expect(await recordOf('7')).toEqual({
        id: '7',
        failedRuns: 2,
        crashes: 0,
        firstFailedAt,
        lastFailedAt: test.clock.now(),
        lastError: '7 failed',
        quarantinedUntil: null,
      });
      expect(await recordOf('8')).toMatchObject({ failedRuns: 1 });
    });

    it('closes the record of an item that is done', async () => {
      await run(['7', '8']);
      await run([], ['7', 'never heard of']);
      expect([...(await test.ledger.items.troubled(TASK)).keys()]).toEqual(['8']);
    });

    it('is kept by task', async () => {
      await run(['7']);
      expect(await test.ledger.items.troubled('another_task')).toEqual(new Map());
    });

    it('counts a run once, though its attempts fail with the item again', async () => {
      const execution = await start(test.ledger.runs, manualClaim(TASK));
      await test.ledger.runs.checkpoint(execution, failing(['7']));
      await test.ledger.runs.checkpoint(execution, failing(['7']));
      expect(await recordOf('7')).toMatchObject({ failedRuns: 1 });
      expect(await test.ledger.history.failedItems(execution.run.id)).toHaveLength(1);
    });

    it('withdraws the failure of an item that a later attempt of the run is done with', async () => {
      const execution = await start(test.ledger.runs, manualClaim(TASK));
      await test.ledger.runs.checkpoint(execution, failing(['7', '8']));
      await test.ledger.runs.finish(execution, { status: 'partial' }, failing([], ['7']));
      expect((await test.ledger.history.failedItems(execution.run.id)).map(({ id }) => id)).toEqual(['8']);
      expect([...(await test.ledger.items.troubled(TASK)).keys()]).toEqual(['8']);
    });

    it('quarantines an item from its fifth failed run in a row on, for longer each time', async () => {
      for (let runs = 0; runs < 4; runs++) await run(['7']);
      expect((await recordOf('7'))?.quarantinedUntil).toBeNull();
      await run(['7']);
      expect((await recordOf('7'))?.quarantinedUntil).toEqual(later(HOUR));
      await run(['7']);
      expect((await recordOf('7'))?.quarantinedUntil).toEqual(later(2 * HOUR));
    });

    it('does not hold a quarantine against an item', async () => {
      for (let runs = 0; runs < 5; runs++) await run(['7']);
      const before = await recordOf('7');
      test.clock.advance(HOUR / 2);
      await run(['7'], [], 0);
      expect(await recordOf('7')).toEqual(before);
    });

    it('counts crashes in a row, and quarantines an item from the third on', async () => {
      await test.ledger.items.recordCrash(TASK, ['7', '8']);
      await test.ledger.items.recordCrash(TASK, ['7', '7']);
      expect(await recordOf('7')).toMatchObject({ crashes: 2, failedRuns: 0, quarantinedUntil: null });
      await test.ledger.items.recordCrash(TASK, ['7']);
      expect((await recordOf('7'))?.quarantinedUntil).toEqual(later(HOUR));
      expect(await recordOf('8')).toMatchObject({ crashes: 1 });
    });

    it('forgets crashes when the process survives the item', async () => {
      await test.ledger.items.recordCrash(TASK, ['7']);
      await test.ledger.items.recordCrash(TASK, ['7']);
      await run(['7']);
      expect(await recordOf('7')).toMatchObject({ crashes: 0, failedRuns: 1 });
    });

    it('takes a thousand items at once', async () => {
      const ids = Array.from({ length: 1_000 }, (_, id) => String(id));
      await run(ids);
      await test.ledger.items.recordCrash(TASK, ids);
      const records = await test.ledger.items.troubled(TASK);
      expect(records.size).toBe(1_000);
      expect(records.get('999')).toMatchObject({ failedRuns: 1, crashes: 1 });
      await run([], ids.slice(1));
      expect([...(await test.ledger.items.troubled(TASK)).keys()]).toEqual(['0']);
    });

    it.each(['a\0b', 'a\ud800', '"', '__proto__', "'; drop table items; --"])('keeps the id %j', async (id) => {
      await run([id]);
      expect(await recordOf(id)).toMatchObject({ id, failedRuns: 1 });
      await run([], [id]);
      expect(await recordOf(id)).toBeUndefined();
    });
  });
}
