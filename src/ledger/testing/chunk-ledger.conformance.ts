import type { ChunkChanges } from '../chunk-changes.js';
import type { ChunkLedger, ChunkProgress, ChunkResult } from '../chunk-ledger.js';
import type { Execution } from '../run-ledger.js';
import { aCheckpoint, manualClaim, start } from './claims.js';
import { type LedgerProcess, type SetUp, useLedger } from './ledger-under-test.js';

const NOTHING: ChunkChanges = { added: [], counted: [], settled: [] };

/** What the ledger promises of chunks to the holder of a run and to those who work on them. */
export function describeChunkLedger(setUp: SetUp): void {
  const test = useLedger(setUp);
  let holder: ChunkLedger;
  let helper: LedgerProcess;
  let chunks: ChunkLedger;
  let run: Execution;

  beforeEach(async () => {
    holder = test.ledger.chunks!;
    helper = await test.under.open('service');
    chunks = helper.chunks!;
    run = await start(test.ledger.runs, manualClaim('a'));
  });

  const change = (changes: Partial<ChunkChanges>) =>
    test.ledger.runs.checkpoint(run, aCheckpoint({ chunks: { ...NOTHING, ...changes } }));
  const add = (...ids: string[]) => change({ added: ids.map((id) => ({ id, items: `["${id}"]` })) });
  const news = () => holder.news(run.run.id);
  const done = (place: number): ChunkResult => ({ place, verdict: 'succeeded' });
  const progress = (id: string, more: Partial<ChunkProgress> = {}): ChunkProgress => ({
    ...{ id, results: [], hasEnded: false, failure: null },
    ...more,
  });

  describe('a chunk', () => {
    it('is taken once, the oldest first, by whoever asks for its task', async () => {
      await add('1', '2');
      expect(await chunks.take(['b'])).toBeNull();
      expect(await chunks.take(['b', 'a'])).toEqual({ id: '1', runId: run.run.id, items: '["1"]' });
      expect(await holder.takeOf(run.run.id)).toMatchObject({ id: '2' });
      expect(await chunks.takeOf(run.run.id)).toBeNull();
    });

    it('is taken by one of two that ask at once', async () => {
      const ids = Array.from({ length: 20 }, (_, number) => String(number).padStart(2, '0'));
      await add(...ids);
      const taken: string[] = [];
      const takeAll = async (by: ChunkLedger) => {
        for (let chunk = await by.takeOf(run.run.id); chunk; chunk = await by.takeOf(run.run.id)) taken.push(chunk.id);
      };
      await Promise.all([takeAll(holder), takeAll(chunks)]);
      expect(taken.toSorted()).toEqual(ids);
    });

    it('tells the holder what became of its items, until that has counted it', async () => {
      await add('1');
      await chunks.take(['a']);
      expect(await chunks.record([progress('1', { results: [done(0)] })])).toEqual(new Map([['1', 'taken']]));
      expect(await news()).toMatchObject([{ id: '1', status: 'taken', isLost: false, results: [done(0)], counted: 0 }]);
      await change({ counted: [{ id: '1', counted: 1 }] });
      expect(await news()).toMatchObject([{ results: [], counted: 1 }]);
      const failure = { name: 'E', message: 'not authorised', code: 'HTTP_401' };
      await chunks.record([progress('1', { results: [done(0), done(2)], hasEnded: true, failure })]);
      expect(await news()).toMatchObject([{ status: 'ended', results: [done(0), done(2)], failure }]);
      await change({ settled: ['1'] });
      expect(await news()).toEqual([]);
    });

    it('is ended once: what comes later changes nothing', async () => {
      await add('1');
      await chunks.take(['a']);
      await chunks.record([progress('1', { hasEnded: true })]);
      expect(await chunks.record([progress('1', { results: [done(0)], hasEnded: true })])).toEqual(new Map());
      expect(await news()).toMatchObject([{ status: 'ended', results: [] }]);
    });

    it('takes no results of whoever does not have it', async () => {
      await add('1', '2');
      await holder.takeOf(run.run.id);
      const told = [progress('1', { results: [done(0)] }), progress('2', { results: [done(0)] })];
      expect(await chunks.record(told)).toEqual(new Map());
      expect(await news()).toMatchObject([{ results: [] }, { results: [] }]);
    });

    it('is lost with the process that has it, which can record nothing once it is settled', async () => {
      await add('1');
      await chunks.take(['a']);
      await test.under.presumeDead!(helper);
      expect(await news()).toMatchObject([{ status: 'taken', isLost: true }]);
      await change({ settled: ['1'] });
      expect(await chunks.record([progress('1', { hasEnded: true })])).toEqual(new Map());
    });

    it('is asked to stop where somebody has it, and withdrawn where nobody has', async () => {
      await add('1', '2');
      await chunks.take(['a']);
      await holder.stop(run);
      expect(await news()).toMatchObject([{ id: '1', status: 'stopping' }]);
      expect(await chunks.record([progress('1', { results: [done(0)] })])).toEqual(new Map([['1', 'stopping']]));
    });

    it('ends with its run', async () => {
      await add('1', '2');
      await chunks.take(['a']);
      await test.ledger.runs.finish(run, { status: 'cancelled' }, aCheckpoint({ chunks: NOTHING }));
      expect(await news()).toEqual([]);
      expect(await chunks.record([progress('1')])).toEqual(new Map());
      expect(await chunks.execution(run.run.id)).toBeNull();
    });

    it('is not taken or worked on for a run that ended unaware of it', async () => {
      await add('1', '2');
      await chunks.take(['a']);
      await test.ledger.runs.finish(run, { status: 'cancelled' });
      expect(await chunks.takeOf(run.run.id)).toBeNull();
      expect(await chunks.take(['a'])).toBeNull();
      expect(await chunks.record([progress('1', { results: [done(0)] })])).toEqual(new Map());
    });

    it('outlives the holder of its run, for the next one', async () => {
      await add('1', '2');
      const third = await test.under.open('service');
      await third.chunks!.take(['a']);
      await third.chunks!.record([progress('1', { results: [done(0)] })]);
      await test.ledger.end();
      const [resumed] = await helper.runs.takeOver();
      expect(await third.chunks!.record([progress('1', { results: [done(0), done(1)] })])).toHaveProperty('size', 1);
      expect(await chunks.leftBy(run.run.id)).toMatchObject([
        { id: '1', status: 'taken', isLost: false, items: '["1"]', results: [done(0), done(1)], counted: 0 },
        { id: '2', status: 'open', items: '["2"]' },
      ]);
      expect(resumed?.run).toMatchObject({ id: run.run.id, attempt: 2 });
    });

    it('is neither added nor settled by a holder that has lost the run', async () => {
      await add('1');
      await test.under.presumeDead!(test.ledger);
      await helper.runs.takeOver();
      await expect(add('2')).rejects.toMatchObject({ code: 'RUN_LOST' });
      await expect(change({ settled: ['1'] })).rejects.toMatchObject({ code: 'RUN_LOST' });
      await holder.stop(run);
      expect(await chunks.news(run.run.id)).toMatchObject([{ id: '1', status: 'open' }]);
    });

    it('stays with an interrupted run', async () => {
      await add('1', '2');
      const changes = { ...NOTHING, settled: ['1'] };
      await test.ledger.runs.finish(run, { status: 'interrupted' }, aCheckpoint({ chunks: changes }));
      expect(await chunks.take(['a'])).toMatchObject({ id: '2' });
    });
  });
}
