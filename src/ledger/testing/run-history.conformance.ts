import { DAY, HOUR, SECOND } from '../../time/duration.js';
import type { Command } from '../command-ledger.js';
import { RunAmbiguousError } from '../run-history.js';
import { aCheckpoint, aFailure, claimOne, KEEP_ALL, manualClaim, missedClaim, slotClaim, start } from './claims.js';
import { type SetUp, useLedger } from './ledger-under-test.js';

/** What `RunHistory` promises. */
export function describeRunHistory(setUp: SetUp): void {
  const test = useLedger(setUp);

  /** Runs of a task, a second apart, each with a failed item. */
  async function record(task: string, count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let index = 0; index < count; index++) {
      test.clock.advance(SECOND);
      const execution = await start(test.ledger.runs, slotClaim(task, test.clock.now()));
      const checkpoint = aCheckpoint({ failures: [aFailure(`item ${index}`)] });
      await test.ledger.runs.finish(execution, { status: 'partial' }, checkpoint);
      ids.push(execution.run.id);
    }
    return ids;
  }

  async function idsOf(task: string): Promise<string[]> {
    return (await test.ledger.history.list({ task, limit: 1_000 })).map(({ id }) => id);
  }

  describe('the list of runs', () => {
    it('is newest first, of all tasks or of one, and no longer than asked for', async () => {
      const [a1 = '', a2 = ''] = await record('a', 2);
      const [b1 = ''] = await record('b', 1);
      expect((await test.ledger.history.list({ limit: 10 })).map(({ id }) => id)).toEqual([b1, a2, a1]);
      expect((await test.ledger.history.list({ limit: 2 })).map(({ id }) => id)).toEqual([b1, a2]);
      expect(await idsOf('a')).toEqual([a2, a1]);
    });

    it('can be narrowed to some statuses', async () => {
      await record('a', 1);
      await start(test.ledger.runs, manualClaim('a'));
      await claimOne(test.ledger.runs, manualClaim('a'));
      const runs = await test.ledger.history.list({ statuses: ['running', 'skipped'], limit: 10 });
      expect(runs.map(({ status }) => status)).toEqual(['skipped', 'running']);
      expect(await test.ledger.history.list({ statuses: [], limit: 10 })).toEqual([]);
    });

    it('keeps its order when the clock is set back', async () => {
      const [before = ''] = await record('a', 1);
      test.clock.advance(-HOUR);
      await test.restart();
      const { run } = await start(test.ledger.runs, manualClaim('a'));
      expect(await idsOf('a')).toEqual([run.id, before]);
    });
  });

  describe('a run', () => {
    it('is found by its id, or by a beginning that is its alone', async () => {
      const [first = '', second = ''] = await record('a', 2);
      expect((await test.ledger.history.find(first))?.id).toBe(first);
      expect((await test.ledger.history.find(second.slice(0, -4)))?.id).toBe(second);
      expect((await test.ledger.history.find(first.toUpperCase()))?.id).toBe(first);
    });

    it('is not found by what several begin with', async () => {
      const [first = ''] = await record('a', 2);
      for (const prefix of [first.slice(0, 6), first.slice(0, 8), first.slice(0, 9), '']) {
        await expect(test.ledger.history.find(prefix)).rejects.toThrow(RunAmbiguousError);
      }
    });

    it.each(['ffffffff', '%', '0193%', "' or 1=1", '\0', '-', '0-'])('is not found by %j', async (id) => {
      await record('a', 1);
      expect(await test.ledger.history.find(id)).toBeNull();
    });

    it('is not found by more than its id', async () => {
      const [id] = await record('a', 1);
      expect(await test.ledger.history.find(`${id}0`)).toBeNull();
    });
  });

  describe('the overview', () => {
    it('has the last run that started and the last success of each task', async () => {
      const [success = ''] = await record('a', 1);
      const lastSuccessAt = test.clock.now();
      test.clock.advance(HOUR);
      const failed = await start(test.ledger.runs, manualClaim('a'));
      await test.ledger.runs.finish(failed, { status: 'failed' });
      await claimOne(test.ledger.runs, missedClaim('a', test.clock.now()));

      const overview = await test.ledger.history.overview();
      expect(overview.get('a')).toMatchObject({ lastRun: { id: failed.run.id }, lastSuccessAt });
      expect(overview.get('a')?.lastRun?.id).not.toBe(success);
    });

    it('has the run that is active', async () => {
      await record('a', 1);
      const { run } = await start(test.ledger.runs, manualClaim('a'));
      expect((await test.ledger.history.overview()).get('a')?.lastRun).toMatchObject({ id: run.id, status: 'running' });
    });

    it('lacks a task that never ran', async () => {
      const entry = { task: 'a', schedule: 'every 1h', timezone: 'UTC' };
      await test.ledger.schedules.adopt([entry], test.clock.now(), () => []);
      await claimOne(test.ledger.runs, missedClaim('b', test.clock.now()));
      expect(await test.ledger.history.overview()).toEqual(new Map());
    });
  });

  describe('pruning', () => {
    it('keeps the newest runs of each task', async () => {
      const a = await record('a', 5);
      const b = await record('b', 2);
      expect(await test.ledger.history.prune({ ...KEEP_ALL, maxRunsPerTask: 3 })).toBe(2);
      expect(await idsOf('a')).toEqual(a.slice(2).reverse());
      expect(await idsOf('b')).toEqual([...b].reverse());
    });

    it('deletes what ended too long ago, with its failed items', async () => {
      const [old = ''] = await record('a', 3);
      test.clock.advance(31 * DAY);
      const [young = ''] = await record('a', 1);
      expect(await test.ledger.history.prune({ ...KEEP_ALL, maxAge: 30 * DAY })).toBe(3);
      expect(await idsOf('a')).toEqual([young]);
      expect(await test.ledger.history.failedItems(old)).toEqual([]);
      expect(await test.ledger.history.failedItems(young)).toHaveLength(1);
    });

    it('goes through more runs than one transaction deletes', async () => {
      const slots = Array.from({ length: 700 }, (_, index) => missedClaim('a', new Date(index * HOUR)));
      await test.ledger.runs.claim(slots);
      expect(await test.ledger.history.prune({ ...KEEP_ALL, maxRunsPerTask: 10 })).toBe(690);
      expect(await idsOf('a')).toHaveLength(10);
    });

    it('spares active and queued runs, the last run and the newest slot', async () => {
      const [last = ''] = await record('a', 1);
      const next = new Date(test.clock.now().getTime() + 1);
      const missed = await claimOne(test.ledger.runs, missedClaim('a', next));
      const active = await start(test.ledger.runs, manualClaim('b'));
      const queued = await claimOne(test.ledger.runs, manualClaim('b', { overlap: 'queue' }));
      test.clock.advance(365 * DAY);
      expect(await test.ledger.history.prune({ maxAge: DAY, maxRunsPerTask: 0 })).toBe(0);
      expect(await idsOf('a')).toEqual([missed?.run.id, last]);
      expect(await idsOf('b')).toEqual([queued?.run.id, active.run.id]);
    });

    it('deletes pauses and schedules that no run needs any more, and the audit trail after a year', async () => {
      const { schedules, commands, history, slots } = test.ledger;
      const actor = { name: 'anna', role: 'operator', via: 'cli' } as const;
      const perform = (command: Command) =>
        commands.perform({ command, actor, address: null, reason: null, idempotencyKey: null });
      const adopt = (schedule: string) =>
        schedules.adopt([{ task: 'a', schedule, timezone: 'UTC' }], test.clock.now(), () => []);
      const state = async () => ({
        schedules: (await slots.schedules('a')).map(({ schedule }) => schedule),
        pauses: (await commands.pauses(new Date(0))).map(({ task }) => task),
        audit: (await commands.audit({ limit: 10 })).length,
      });
      await adopt('every 1h');
      await perform({ action: 'pause', task: 'a', until: new Date(test.clock.now().getTime() + HOUR) });
      await perform({ action: 'pause', task: 'b', until: null });
      test.clock.advance(DAY);
      await adopt('every 2h');
      test.clock.advance(40 * DAY);
      await adopt('every 3h');
      await history.prune({ ...KEEP_ALL, maxAge: 30 * DAY });
      expect(await state()).toEqual({ schedules: ['every 2h', 'every 3h'], pauses: ['b'], audit: 2 });
      test.clock.advance(325 * DAY);
      await perform({ action: 'resume', task: 'b' });
      await history.prune({ ...KEEP_ALL, maxAge: 30 * DAY });
      expect(await state()).toEqual({ schedules: ['every 3h'], pauses: ['b'], audit: 1 });
    });

    it('forgets items that have not failed for as long, unless they are in quarantine', async () => {
      await record('a', 1);
      test.clock.advance(31 * DAY);
      await test.ledger.items.recordCrash('a', ['young']);
      await test.ledger.history.prune({ ...KEEP_ALL, maxAge: 30 * DAY });
      expect([...(await test.ledger.items.troubled('a')).keys()]).toEqual(['young']);
      for (let crash = 0; crash < 2; crash++) await test.ledger.items.recordCrash('a', ['young']);
      test.clock.advance(HOUR - 1);
      await test.ledger.history.prune({ ...KEEP_ALL, maxAge: 0 });
      expect([...(await test.ledger.items.troubled('a')).keys()]).toEqual(['young']);
      test.clock.advance(2);
      await test.ledger.history.prune({ ...KEEP_ALL, maxAge: 0 });
      expect(await test.ledger.items.troubled('a')).toEqual(new Map());
    });
  });
}
