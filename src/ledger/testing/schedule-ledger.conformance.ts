import { DAY, HOUR, MINUTE } from '../../time/duration.js';
import type { RunClaim } from '../run-ledger.js';
import type { ReplacedSchedule } from '../schedule-ledger.js';
import { manualClaim, missedClaim, NOON, slotClaim, start } from './claims.js';
import { type SetUp, useLedger } from './ledger-under-test.js';

const HOURLY = { task: 'a', schedule: 'every 1h', timezone: 'UTC' };
const OFTEN = { ...HOURLY, schedule: 'every 1m' };

/** What `ScheduleLedger` promises. */
export function describeScheduleLedger(setUp: SetUp): void {
  const test = useLedger(setUp);

  const adoptClaiming = (entries: (typeof HOURLY)[], claimMissed: (replaced: ReplacedSchedule) => RunClaim[]) =>
    test.ledger.schedules.adopt(entries, test.clock.now(), claimMissed);

  /** From where on to look for missed slots of the one task, and which schedule had to give way. */
  async function adopt(...entries: (typeof HOURLY)[]) {
    let replaced: ReplacedSchedule | undefined;
    const { lookFrom, missed } = await adoptClaiming(entries, (schedule) => {
      replaced = schedule;
      return [];
    });
    expect(missed).toEqual([]);
    return { lookFrom: lookFrom.get('a'), replaced };
  }

  const ago = (milliseconds: number) => new Date(test.clock.now().getTime() - milliseconds);

  describe('a schedule', () => {
    it('that is new has missed nothing', async () => {
      expect(await adopt(HOURLY)).toEqual({ lookFrom: test.clock.now(), replaced: undefined });
    });

    it('that stays looks for missed slots since it came into force', async () => {
      const since = test.clock.now();
      await adopt(HOURLY);
      test.clock.advance(DAY);
      expect(await adopt(HOURLY)).toEqual({ lookFrom: since, replaced: undefined });
    });

    it('that stays looks for missed slots since the newest that has its run', async () => {
      await adopt(HOURLY);
      test.clock.advance(3 * HOUR);
      const slot = ago(HOUR);
      await test.ledger.runs.claim([slotClaim('a', slot), slotClaim('a', ago(2 * HOUR))]);
      test.clock.advance(DAY);
      expect(await adopt(HOURLY)).toEqual({ lookFrom: slot, replaced: undefined });
    });

    it.each(['succeeded', 'failed'] as const)('that stays knows the slots of runs that %s', async (status) => {
      await adopt(HOURLY);
      test.clock.advance(3 * HOUR);
      const slot = ago(HOUR);
      for (const claim of [slotClaim('a', slot), slotClaim('a', ago(2 * HOUR)), manualClaim('a')]) {
        await test.ledger.runs.finish(await start(test.ledger.runs, claim), { status });
      }
      expect(await adopt(HOURLY)).toEqual({ lookFrom: slot, replaced: undefined });
    });

    it('that replaces another begins now, and the other is named for what it has missed', async () => {
      const since = test.clock.now();
      await adopt(HOURLY);
      test.clock.advance(DAY);
      const changed = test.clock.now();
      expect(await adopt(OFTEN)).toEqual({ lookFrom: changed, replaced: { ...HOURLY, after: since } });
      test.clock.advance(MINUTE);
      expect(await adopt(OFTEN)).toEqual({ lookFrom: changed, replaced: undefined });
    });

    it('is another one in another time zone', async () => {
      await adopt(HOURLY);
      expect((await adopt({ ...HOURLY, timezone: 'Europe/Berlin' })).replaced).toMatchObject(HOURLY);
    });

    it('that was switched off for a while has missed nothing', async () => {
      await adopt(HOURLY);
      await adopt();
      test.clock.advance(DAY);
      expect(await adopt(HOURLY)).toEqual({ lookFrom: test.clock.now(), replaced: undefined });
    });

    it('is not silenced by a slot from a clock that was ahead', async () => {
      await adopt(HOURLY);
      await test.ledger.runs.claim([slotClaim('a', '2099-01-01T00:00:00.000Z')]);
      test.clock.advance(HOUR);
      expect((await adopt(HOURLY)).lookFrom).toEqual(test.clock.now());
    });

    it('is remembered over a restart', async () => {
      const since = test.clock.now();
      await adopt(HOURLY);
      await test.restart();
      test.clock.advance(HOUR);
      expect((await adopt(HOURLY)).lookFrom).toEqual(since);
    });
  });

  describe('many schedules', () => {
    it('are adopted at once, each by itself', async () => {
      const entries = Array.from({ length: 500 }, (_, task) => ({ ...HOURLY, task: `task_${task}` }));
      const since = test.clock.now();
      await adopt(...entries);
      test.clock.advance(HOUR);
      const replaced: string[] = [];
      const changed = entries.map((entry, index) => (index % 2 ? { ...entry, schedule: 'every 2h' } : entry));
      const { lookFrom } = await adoptClaiming(changed.slice(2), ({ task }) => {
        replaced.push(task);
        return [];
      });
      expect(replaced).toHaveLength(249);
      expect(lookFrom.size).toBe(498);
      expect([lookFrom.get('task_2'), lookFrom.get('task_3')]).toEqual([since, test.clock.now()]);
    });
  });

  describe('what a replaced schedule has missed', () => {
    it('is on record with the new one in force, and answered, but for slots that have their run', async () => {
      await adopt(HOURLY);
      test.clock.advance(3 * HOUR);
      const slots = [ago(2 * HOUR), ago(HOUR), ago(0)];
      await test.ledger.runs.claim([missedClaim('a', slots[1]!, 'standstill')]);
      const { missed } = await adoptClaiming([OFTEN], () => slots.map((slot) => missedClaim('a', slot, 'changed')));
      expect(missed).toMatchObject([
        { slot: slots[0], status: 'missed', reason: 'changed' },
        { slot: slots[2], status: 'missed', reason: 'changed' },
      ]);
      await test.restart();
      expect((await adopt(OFTEN)).replaced).toBeUndefined();
      const runs = await test.ledger.history.list({ limit: 10 });
      expect(runs.map(({ slot, reason }) => [slot, reason])).toEqual([
        [slots[2], 'changed'],
        [slots[0], 'changed'],
        [slots[1], 'standstill'],
      ]);
    });

    it.each<[string, () => RunClaim[], string]>([
      [
        'be told',
        () => {
          throw new TypeError('a bug');
        },
        'a bug',
      ],
      ['be recorded', () => [missedClaim('a', NOON), missedClaim('a', 'no date')], 'its slot is an invalid date'],
    ])('cannot %s: then the new one is not in force either', async (_, claimMissed, message) => {
      await adopt(HOURLY);
      await expect(adoptClaiming([OFTEN], claimMissed)).rejects.toThrow(message);
      expect((await adopt(OFTEN)).replaced).toMatchObject(HOURLY);
      expect(await test.ledger.history.list({ limit: 10 })).toEqual([]);
    });
  });
}
