import { DAY, HOUR, MINUTE } from '../../time/duration.js';
import { armTasks } from '../../worker/scheduler/arm-tasks.js';
import { aRegisteredTask } from '../../worker/scheduler/testing/scheduled-worker.js';
import type { ReplacedSchedule } from '../schedule-ledger.js';
import { manualClaim, removeTemporaryFolders, slotClaim, TestLedger } from '../testing/test-ledger.js';

const HOURLY = { task: 'a', schedule: 'every 1h', timezone: 'UTC' };
const OFTEN = { ...HOURLY, schedule: 'every 1m' };

let ledger: TestLedger;

beforeEach(async () => {
  ledger = await TestLedger.open();
});

afterEach(async () => {
  await ledger.store.close();
  removeTemporaryFolders();
});

/** From where on to look for missed slots of the one task, and which schedule had to give way. */
async function adopt(...entries: (typeof HOURLY)[]) {
  let replaced: ReplacedSchedule | undefined;
  const after = await ledger.schedules.adopt(entries, ledger.clock.now(), (schedule) => {
    replaced = schedule;
    return [];
  });
  return { after: after.get('a'), replaced };
}

describe('a schedule', () => {
  it('that is new has missed nothing', async () => {
    expect(await adopt(HOURLY)).toEqual({ after: ledger.clock.now(), replaced: undefined });
  });

  it('that stays looks for missed slots since it came into force', async () => {
    const since = ledger.clock.now();
    await adopt(HOURLY);
    ledger.clock.advance(DAY);
    expect(await adopt(HOURLY)).toEqual({ after: since, replaced: undefined });
  });

  it('that stays looks for missed slots since the newest that has its run', async () => {
    await adopt(HOURLY);
    ledger.clock.advance(3 * HOUR);
    const slot = new Date(ledger.clock.now().getTime() - HOUR);
    await ledger.runs.claim([slotClaim('a', slot), slotClaim('a', new Date(slot.getTime() - HOUR))]);
    ledger.clock.advance(DAY);
    expect(await adopt(HOURLY)).toEqual({ after: slot, replaced: undefined });
  });

  it.each(['succeeded', 'failed'] as const)(
    'that stays knows the slots of runs that %s, in any order',
    async (status) => {
      await adopt(HOURLY);
      ledger.clock.advance(3 * HOUR);
      const slot = new Date(ledger.clock.now().getTime() - HOUR);
      for (const each of [slot, new Date(slot.getTime() - HOUR)]) {
        const execution = await ledger.start(slotClaim('a', each));
        await ledger.runs.finish(execution, { status });
      }
      await ledger.runs.finish(await ledger.start(manualClaim('a')), { status });
      expect(await adopt(HOURLY)).toEqual({ after: slot, replaced: undefined });
    },
  );

  it('that replaces another begins now, and the other is named for what it has missed', async () => {
    const since = ledger.clock.now();
    await adopt(HOURLY);
    ledger.clock.advance(DAY);
    const changed = ledger.clock.now();
    expect(await adopt(OFTEN)).toEqual({ after: changed, replaced: { ...HOURLY, after: since } });
    ledger.clock.advance(MINUTE);
    expect(await adopt(OFTEN)).toEqual({ after: changed, replaced: undefined });
  });

  it('is another one in another time zone', async () => {
    await adopt(HOURLY);
    expect((await adopt({ ...HOURLY, timezone: 'Europe/Berlin' })).replaced).toMatchObject(HOURLY);
  });

  it('that was switched off for a while has missed nothing', async () => {
    await adopt(HOURLY);
    await adopt();
    ledger.clock.advance(DAY);
    expect(await adopt(HOURLY)).toEqual({ after: ledger.clock.now(), replaced: undefined });
  });

  it('is not silenced by a slot from a clock that was ahead', async () => {
    await adopt(HOURLY);
    await ledger.runs.claim([slotClaim('a', '2099-01-01T00:00:00.000Z')]);
    ledger.clock.advance(HOUR);
    expect((await adopt(HOURLY)).after).toEqual(ledger.clock.now());
  });

  it('is remembered over a restart', async () => {
    const since = ledger.clock.now();
    await adopt(HOURLY);
    await ledger.store.close();
    ledger.clock.advance(HOUR);
    await ledger.store.open('service');
    expect((await adopt(HOURLY)).after).toEqual(since);
  });
});

describe('what a replaced schedule has missed', () => {
  it('cannot be recorded: then the other one is not in force either', async () => {
    await adopt(HOURLY);
    const failed = ledger.schedules.adopt([OFTEN], ledger.clock.now(), () => {
      throw new TypeError('a bug');
    });
    await expect(failed).rejects.toThrow('a bug');
    expect((await adopt(OFTEN)).replaced).toMatchObject(HOURLY);
  });

  it('is on record although the process ends right after the new one is in force', async () => {
    const arm = (schedule: string) => armTasks([aRegisteredTask('a', schedule)], ledger.schedules, ledger.clock.now());
    await arm('every 1h');
    ledger.clock.advance(3 * HOUR);
    await arm('every 1d');
    await ledger.store.close();
    await ledger.store.open('service');
    await arm('every 1d');
    const runs = await ledger.history.list({ limit: 10 });
    expect(runs.map(({ slot, status, reason }) => [slot?.toISOString(), status, reason])).toEqual([
      ['2026-11-23T15:00:00.000Z', 'missed', 'schedule changed'],
      ['2026-11-23T14:00:00.000Z', 'missed', 'schedule changed'],
      ['2026-11-23T13:00:00.000Z', 'missed', 'schedule changed'],
    ]);
  });
});
