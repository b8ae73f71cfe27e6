import { DAY, HOUR, SECOND } from '../../time/duration.js';
import type { RunOutcome } from '../../runs/run.js';
import type { TaskStatistics } from '../ledger-statistics.js';
import type { RunClaim } from '../run-ledger.js';
import { aCheckpoint, aFailure, claimOne, KEEP_ALL, manualClaim, missedClaim, slotClaim, start } from './claims.js';
import { type SetUp, useLedger } from './ledger-under-test.js';

/** What `LedgerStatistics` promises. */
export function describeLedgerStatistics(setUp: SetUp): void {
  const test = useLedger(setUp);

  async function statisticsOf(task: string): Promise<TaskStatistics | undefined> {
    return (await test.ledger.statistics.tasks()).find((statistics) => statistics.task === task);
  }

  async function perform(claim: RunClaim, outcome: RunOutcome, succeeded = 0, failed = 0): Promise<void> {
    test.clock.advance(SECOND);
    const execution = await start(test.ledger.runs, claim);
    const items = { total: succeeded + failed, succeeded, failed, skipped: 0 };
    const failures = Array.from({ length: failed }, (_, index) => aFailure(`item ${index}`));
    await test.ledger.runs.finish(execution, outcome, aCheckpoint({ items, failures }));
  }

  const sorted = (statistics: TaskStatistics | undefined) =>
    statistics?.runs.map(({ status, trigger, reason, runs }) => [status, trigger, reason, runs].join(' ')).sort();

  describe('the statistics', () => {
    it('lack a task that the ledger does not know', async () => {
      expect(await test.ledger.statistics.tasks()).toEqual([]);
    });

    it('count the runs that have ended, by outcome and trigger', async () => {
      await perform(manualClaim('a'), { status: 'succeeded' });
      await perform(manualClaim('a'), { status: 'succeeded' });
      await perform(slotClaim('a', test.clock.now()), { status: 'cancelled', reason: 'whatever a person says' });
      await perform(manualClaim('b'), { status: 'failed' });
      await start(test.ledger.runs, manualClaim('b'));
      expect(sorted(await statisticsOf('a'))).toEqual(['cancelled schedule  1', 'succeeded manual  2']);
      expect(sorted(await statisticsOf('b'))).toEqual(['failed manual  1']);
    });

    it('count a resumed run once, when it ends', async () => {
      const execution = await start(test.ledger.runs, manualClaim('a'));
      await test.ledger.runs.finish(execution, { status: 'interrupted', reason: 'shutdown' });
      await test.restart();
      expect((await statisticsOf('a'))?.runs).toEqual([]);
      const [resumed] = await test.ledger.runs.takeOver();
      await test.ledger.runs.finish(resumed!, { status: 'succeeded' });
      await test.ledger.runs.finish(resumed!, { status: 'failed' });
      expect(sorted(await statisticsOf('a'))).toEqual(['succeeded manual  1']);
    });

    it('count skipped and missed slots by reason, without its details', async () => {
      const now = test.clock.now().getTime();
      const slot = (index: number) => new Date(now + index * HOUR);
      await start(test.ledger.runs, manualClaim('a'));
      await claimOne(test.ledger.runs, slotClaim('a', slot(0)));
      const missed = [1, 2].map((index) => missedClaim('a', slot(index), 'late'));
      await test.ledger.runs.claim([...missed, missedClaim('a', slot(3), 'late')]);
      await claimOne(test.ledger.runs, missedClaim('a', slot(1), 'late'));
      expect(sorted(await statisticsOf('a'))).toEqual(['missed schedule late 3', 'skipped schedule overlap 1']);
    });

    it('add up the items of runs that have ended', async () => {
      await perform(manualClaim('a'), { status: 'partial' }, 7, 2);
      await perform(manualClaim('a'), { status: 'failed' }, 1, 1);
      const execution = await start(test.ledger.runs, manualClaim('a'));
      const items = { total: 5, succeeded: 5, failed: 0, skipped: 0 };
      await test.ledger.runs.checkpoint(execution, aCheckpoint({ items }));
      expect((await statisticsOf('a'))?.items).toEqual({ succeeded: 8, failed: 3, skipped: 0 });
    });

    it('never forget what pruning deletes, and survive the process', async () => {
      for (let run = 0; run < 3; run++) await perform(manualClaim('a'), { status: 'partial' }, 2, 1);
      test.clock.advance(DAY);
      await test.ledger.history.prune({ ...KEEP_ALL, maxRunsPerTask: 1 });
      await test.restart();
      const { runs, items } = (await statisticsOf('a'))!;
      expect({ runs, items }).toEqual({
        runs: [{ status: 'partial', trigger: 'manual', reason: null, runs: 3 }],
        items: { succeeded: 6, failed: 3, skipped: 0 },
      });
    });

    it('tell when the task last started and succeeded, and how it last ended', async () => {
      await perform(manualClaim('a'), { status: 'succeeded' });
      const lastSuccessAt = test.clock.now();
      await perform(manualClaim('a'), { status: 'failed' });
      await claimOne(test.ledger.runs, missedClaim('a', test.clock.now()));
      const failedAt = test.clock.now();
      expect(await statisticsOf('a')).toMatchObject({ lastStartedAt: failedAt, lastStatus: 'failed', lastSuccessAt });
      test.clock.advance(HOUR);
      await start(test.ledger.runs, manualClaim('a'));
      const startedAt = test.clock.now();
      expect(await statisticsOf('a')).toMatchObject({ lastStartedAt: startedAt, lastStatus: 'failed', lastSuccessAt });
    });

    it('count the items that are in quarantine now', async () => {
      await claimOne(test.ledger.runs, missedClaim('a', test.clock.now()));
      for (let crash = 0; crash < 3; crash++) await test.ledger.items.recordCrash('a', ['suspect', 'another']);
      await test.ledger.items.recordCrash('a', ['harmless']);
      expect((await statisticsOf('a'))?.quarantined).toBe(2);
      test.clock.advance(HOUR);
      expect((await statisticsOf('a'))?.quarantined).toBe(0);
    });
  });
}
