import { MINUTE } from '../../time/duration.js';
import { KEEP_ALL, manualClaim, start } from './claims.js';
import { type SetUp, useLedger } from './ledger-under-test.js';

/** What `RunLogLedger` promises. */
export function describeRunLogLedger(setUp: SetUp): void {
  const test = useLedger(setUp);

  const aRun = async (task = 'a') => (await start(test.ledger.runs, manualClaim(task))).run.id;
  const aLine = (runId: string, text: string, level = 'info') => ({ runId, at: test.clock.now(), level, text });
  const textsOf = async (runId: string, query = {}) =>
    (await test.ledger.logs.read({ runId, limit: 10, ...query })).map(({ text }) => text);

  describe('the log of a run', () => {
    it('is read in the order of its writing, and no line of another run with it', async () => {
      const [run, other] = [await aRun(), await aRun('b')];
      await test.ledger.logs.append([aLine(run, '1'), aLine(other, 'x'), aLine(run, '2', 'warn')]);
      test.clock.advance(MINUTE);
      await test.ledger.logs.append([aLine(run, '3')]);
      const lines = await test.ledger.logs.read({ runId: run, limit: 10 });
      expect(lines).toMatchObject([
        { text: '1', level: 'info', runId: run },
        { text: '2', level: 'warn' },
        { text: '3', at: test.clock.now() },
      ]);
      expect(await textsOf(run, { after: lines[0]!.position })).toEqual(['2', '3']);
      expect(await textsOf(run, { levels: ['warn', 'error'] })).toEqual(['2']);
      expect(await textsOf(run, { limit: 1 })).toEqual(['1']);
    });

    it('takes a thousand lines at once, and any text', async () => {
      const run = await aRun();
      const odd = ["'; drop table run_logs; --", 'a\ud800', 'ä\n'];
      const many = Array.from({ length: 1_000 }, (_, line) => aLine(run, String(line)));
      await test.ledger.logs.append([...odd.map((text) => aLine(run, text)), ...many]);
      expect(await textsOf(run, { limit: 3 })).toEqual([odd[0], 'a\ufffd', 'ä\n']);
      expect(await test.ledger.logs.read({ runId: run, limit: 2_000 })).toHaveLength(1_003);
    });

    it('is dropped for a run that is not on record, and the lines of others are kept', async () => {
      const run = await aRun();
      await test.ledger.logs.append([aLine('no-run', 'x'), aLine(run, '1')]);
      await test.ledger.logs.append([]);
      expect([await textsOf('no-run'), await textsOf(run)]).toEqual([[], ['1']]);
    });

    it('is pruned with its run', async () => {
      const runs: string[] = [];
      for (let round = 0; round < 3; round++) {
        const execution = await start(test.ledger.runs, manualClaim('a'));
        await test.ledger.logs.append([aLine(execution.run.id, 'x')]);
        await test.ledger.runs.finish(execution, { status: 'succeeded' });
        runs.push(execution.run.id);
      }
      await test.ledger.history.prune({ ...KEEP_ALL, maxRunsPerTask: 1 });
      expect(await Promise.all(runs.map((run) => textsOf(run)))).toEqual([[], [], ['x']]);
    });
  });
}
