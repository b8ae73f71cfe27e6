import { DAY, HOUR, MINUTE } from '../config/duration.js';
import { removeTemporaryFolders, slotClaim, TestLedger } from './testing/test-ledger.js';

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

async function adopt(...entries: (typeof HOURLY)[]) {
  const known = await ledger.schedules.adopt(entries, ledger.clock.now());
  return known.get('a');
}

describe('a schedule', () => {
  it('that is new has missed nothing', async () => {
    expect(await adopt(HOURLY)).toEqual({ after: ledger.clock.now(), replaced: null });
  });

  it('that stays looks for missed slots since it came into force', async () => {
    const since = ledger.clock.now();
    await adopt(HOURLY);
    ledger.clock.advance(DAY);
    expect(await adopt(HOURLY)).toEqual({ after: since, replaced: null });
  });

  it('that stays looks for missed slots since the newest that has its run', async () => {
    await adopt(HOURLY);
    ledger.clock.advance(3 * HOUR);
    const slot = new Date(ledger.clock.now().getTime() - HOUR);
    await ledger.runs.claim([slotClaim('a', slot), slotClaim('a', new Date(slot.getTime() - HOUR))]);
    ledger.clock.advance(DAY);
    expect(await adopt(HOURLY)).toEqual({ after: slot, replaced: null });
  });

  it('that replaces another begins now, and the other is named for what it has missed', async () => {
    const since = ledger.clock.now();
    await adopt(HOURLY);
    ledger.clock.advance(DAY);
    expect(await adopt(OFTEN)).toEqual({ after: since, replaced: { schedule: 'every 1h', timezone: 'UTC' } });
    const changed = ledger.clock.now();
    ledger.clock.advance(MINUTE);
    expect(await adopt(OFTEN)).toEqual({ after: changed, replaced: null });
  });

  it('is another one in another time zone', async () => {
    await adopt(HOURLY);
    expect((await adopt({ ...HOURLY, timezone: 'Europe/Berlin' }))?.replaced).toEqual({
      schedule: 'every 1h',
      timezone: 'UTC',
    });
  });

  it('that was switched off for a while has missed nothing', async () => {
    await adopt(HOURLY);
    await adopt();
    ledger.clock.advance(DAY);
    expect(await adopt(HOURLY)).toEqual({ after: ledger.clock.now(), replaced: null });
  });

  it('is not silenced by a slot from a clock that was ahead', async () => {
    await adopt(HOURLY);
    await ledger.runs.claim([slotClaim('a', '2099-01-01T00:00:00.000Z')]);
    ledger.clock.advance(HOUR);
    expect((await adopt(HOURLY))?.after).toEqual(ledger.clock.now());
  });

  it('is remembered over a restart', async () => {
    const since = ledger.clock.now();
    await adopt(HOURLY);
    await ledger.store.close();
    ledger.clock.advance(HOUR);
    await ledger.store.open('service');
    expect((await adopt(HOURLY))?.after).toEqual(since);
  });
});
