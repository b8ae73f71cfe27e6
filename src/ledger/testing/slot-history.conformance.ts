import { HOUR, MINUTE } from '../../time/duration.js';
import { manualClaim, missedClaim, slotClaim, start } from './claims.js';
import { type SetUp, useLedger } from './ledger-under-test.js';

const HOURLY = { task: 'a', schedule: 'every 1h', timezone: 'UTC' };
const OFTEN = { ...HOURLY, schedule: 'every 1m' };

/** What `SlotHistory` promises. */
export function describeSlotHistory(setUp: SetUp): void {
  const test = useLedger(setUp);

  const adopt = (...entries: (typeof HOURLY)[]) => test.ledger.schedules.adopt(entries, test.clock.now(), () => []);
  const later = (milliseconds: number) => new Date(test.clock.now().getTime() + milliseconds);

  describe('the history of slots', () => {
    it('knows which schedules were in force since when, and when there was none', async () => {
      const since = test.clock.now();
      await adopt(HOURLY, { ...HOURLY, task: 'b' });
      test.clock.advance(HOUR);
      await adopt(OFTEN);
      await test.restart();
      test.clock.advance(HOUR);
      await adopt(OFTEN);
      await adopt();
      const now = test.clock.now();
      expect(await test.ledger.slots.schedules('a')).toEqual([
        { schedule: 'every 1h', timezone: 'UTC', since },
        { schedule: 'every 1m', timezone: 'UTC', since: later(-HOUR) },
        { schedule: null, timezone: null, since: now },
      ]);
      expect(await test.ledger.slots.schedules('b')).toMatchObject([{ since }, { schedule: null }]);
      expect(await test.ledger.slots.schedules('c')).toEqual([]);
    });

    it('keeps the last of the schedules of one instant', async () => {
      await adopt(HOURLY);
      await adopt(OFTEN);
      expect(await test.ledger.slots.schedules('a')).toMatchObject([{ schedule: 'every 1m' }]);
    });

    it('knows what a slot came to', async () => {
      const slot = test.clock.now();
      const { run } = await start(test.ledger.runs, slotClaim('a', slot));
      expect(await test.ledger.slots.runFor('a', slot)).toEqual(run);
      expect(await test.ledger.slots.runFor('a', later(1))).toBeNull();
      expect(await test.ledger.slots.runFor('b', slot)).toBeNull();
    });

    it('knows which run was in the way of another', async () => {
      const early = await start(test.ledger.runs, manualClaim('a'));
      await test.ledger.runs.finish(early, { status: 'succeeded' });
      test.clock.advance(MINUTE);
      const active = await start(test.ledger.runs, manualClaim('a'));
      test.clock.advance(MINUTE);
      const slot = test.clock.now();
      await test.ledger.runs.claim([slotClaim('a', slot)]);
      const skipped = await test.ledger.slots.runFor('a', slot);
      expect(await test.ledger.slots.inTheWayOf(skipped!)).toMatchObject({ id: active.run.id });
      test.clock.advance(MINUTE);
      await test.ledger.runs.finish(active, { status: 'succeeded' });
      expect(await test.ledger.slots.inTheWayOf(skipped!)).toMatchObject({ id: active.run.id });
      expect(await test.ledger.slots.inTheWayOf(active.run)).toBeNull();
    });

    it('lists what later slots came to, oldest first', async () => {
      const slots = [later(0), later(HOUR), later(2 * HOUR)] as const;
      await test.ledger.runs.claim([
        missedClaim('a', slots[2]),
        missedClaim('a', slots[1]),
        missedClaim('b', slots[1]),
      ]);
      const runs = await test.ledger.slots.runsAfter('a', slots[0]);
      expect(runs.map(({ slot }) => slot)).toEqual([slots[1], slots[2]]);
      expect(await test.ledger.slots.runsAfter('a', slots[2])).toEqual([]);
    });
  });
}
