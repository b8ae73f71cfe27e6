import type { Execution } from '../run-ledger.js';
import { aCheckpoint, aFailure, claimOne, manualClaim, missedClaim, NOON, ONE, slotClaim, start } from './claims.js';
import type { WriterRole } from '../sql/sql-store.js';
import { type LedgerProcess, type SetUp, useLedger } from './ledger-under-test.js';

const ROUNDS = 10;

/**
 * What the ledger promises to two processes that have it open at once: a service, and one of this
 * role.
 */
export function describeTwoProcesses(setUp: SetUp, role: WriterRole): void {
  const test = useLedger(setUp);
  let second: LedgerProcess;

  beforeEach(async () => {
    second = await test.under.open(role);
  });

  /** One of the two has it. */
  async function finishWherever(execution: Execution): Promise<void> {
    await test.ledger.runs
      .finish(execution, { status: 'succeeded' })
      .catch(() => second.runs.finish(execution, { status: 'succeeded' }));
  }

  /** Ends what runs and what waits. */
  async function finishAllOf(task: string): Promise<void> {
    const [active] = await test.ledger.history.list({ task, statuses: ['running'], limit: 1 });
    if (active)
      await finishWherever({
        run: active,
        at: active.queuedAt,
        lastSuccess: null,
        resume: null,
        only: null,
        attemptBeganAt: active.queuedAt,
        workedMs: 0,
      });
    const next = await test.ledger.runs.startNext(task);
    if (next) await finishAllOf(task);
  }

  async function resumeByHand(task: string): Promise<Execution[]> {
    const claimed = await claimOne(second.runs, manualClaim(task));
    return claimed?.execution ? [claimed.execution] : [];
  }

  describe('two processes', () => {
    it('share the slots of many tasks, though they claim them in opposite order', async () => {
      const tasks = Array.from({ length: 30 }, (_, task) => `task_${task}`);
      for (let round = 0; round < ROUNDS; round++) {
        const claims = tasks.map((task) => slotClaim(task, new Date(round * 1_000)));
        const answers = await Promise.all([test.ledger.runs.claim(claims), second.runs.claim([...claims].reverse())]);
        const executions = answers
          .flat()
          .flatMap((answer) => (answer && 'execution' in answer ? answer.execution : []));
        expect(executions.map((execution) => execution?.run.task).sort()).toEqual([...tasks].sort());
        await Promise.all(tasks.map((task) => finishWherever(executions.find((one) => one?.run.task === task)!)));
      }
      expect(await test.ledger.history.list({ limit: 1_000 })).toHaveLength(ROUNDS * tasks.length);
    });

    it('run a task once at a time, whatever they claim for it', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const slots = [new Date(round * 2_000), new Date(round * 2_000 + 1_000)];
        const claims = slots.map((slot) => slotClaim('a', slot));
        const answers = await Promise.all([
          test.ledger.runs.claim([...claims, missedClaim('a', new Date(round * 2_000 + 500))]),
          second.runs.claim([manualClaim('a', { overlap: 'queue' }), ...claims.reverse()]),
        ]);
        const runs = answers.flat().flatMap((answer) => (answer && 'run' in answer ? answer.run : []));
        expect(runs.filter(({ status }) => status === 'running')).toHaveLength(1);
        const claimed = runs.flatMap(({ slot, status }) => (slot && status !== 'missed' ? slot.getTime() : []));
        expect(claimed.sort((one, other) => one - other)).toEqual(slots.map((slot) => slot.getTime()));
        await finishAllOf('a');
      }
    });

    it('start a queued run once', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const active = await start(test.ledger.runs, manualClaim('a'));
        const queued = await claimOne(second.runs, manualClaim('a', { overlap: 'queue' }));
        await test.ledger.runs.finish(active, { status: 'succeeded' });
        const started = await Promise.all([test.ledger.runs.startNext('a'), second.runs.startNext('a')]);
        expect(started.flatMap((execution) => execution?.run.id ?? [])).toEqual([queued?.run.id]);
        await finishAllOf('a');
      }
    });

    it('resume what a third one has left once', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const third = await test.under.open('command');
        const left = await start(third.runs, manualClaim('a'));
        await third.end();
        const [one, other] = await Promise.all([
          test.ledger.runs.takeOver(),
          role === 'service' ? second.runs.takeOver() : resumeByHand('a'),
        ]);
        expect([...one, ...other].map(({ run: { id, attempt } }) => [id, attempt])).toEqual([[left.run.id, 2]]);
        await finishAllOf('a');
      }
    });

    it('take nothing from each other while they live', async () => {
      await start(second.runs, manualClaim('a'));
      expect(await test.ledger.runs.takeOver()).toEqual([]);
      expect(await claimOne(test.ledger.runs, manualClaim('a'))).toMatchObject({ run: { status: 'skipped' } });
    });

    it('cannot write to the runs of each other', async () => {
      const execution = await start(second.runs, slotClaim('a', NOON));
      const before = await test.ledger.history.find(execution.run.id);
      const checkpoint = aCheckpoint({ failures: [aFailure('x')] });
      await expect(test.ledger.runs.checkpoint(execution, checkpoint)).rejects.toMatchObject({ code: 'RUN_LOST' });
      const end = test.ledger.runs.finish(execution, { status: 'failed' }, checkpoint);
      await expect(end).rejects.toMatchObject({ code: 'RUN_LOST' });
      expect(await test.ledger.history.find(execution.run.id)).toEqual(before);
      expect(await test.ledger.items.troubled('a')).toEqual(new Map());
      await second.runs.finish(execution, { status: 'succeeded' });
    });

    it('record the same missed slots once', async () => {
      const entry = { task: 'a', schedule: 'every 1h', timezone: 'UTC' };
      await test.ledger.schedules.adopt([entry], test.clock.now(), () => []);
      const changed = { ...entry, schedule: 'every 2h' };
      const adoptions = await Promise.all(
        [test.ledger, second].map(({ schedules }) =>
          schedules.adopt([changed], test.clock.now(), () => [missedClaim('a', NOON), missedClaim('a', ONE)]),
        ),
      );
      expect(adoptions.flatMap(({ missed }) => missed)).toHaveLength(2);
      expect(await test.ledger.history.list({ limit: 10 })).toHaveLength(2);
    });
  });

  // Where there is one service at a time, a lock that ends with the process tells who lives.
  if (role !== 'service') return;

  describe('a process that was taken for dead, and comes back', () => {
    it('can neither keep nor end what was taken over from it', async () => {
      const lost = await start(second.runs, slotClaim('a', NOON));
      await test.under.presumeDead!(second);
      const [current] = await test.ledger.runs.takeOver();
      await expect(second.runs.checkpoint(lost, aCheckpoint())).rejects.toMatchObject({ code: 'RUN_LOST' });
      await expect(second.runs.finish(lost, { status: 'failed' })).rejects.toMatchObject({ code: 'RUN_LOST' });
      expect(await test.ledger.history.find(lost.run.id)).toEqual(current?.run);
    });

    it('either ends its run or has it taken over, but not both', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const process = await test.under.open('service');
        const execution = await start(process.runs, manualClaim('a'));
        await test.under.presumeDead!(process);
        const [end, taken] = await Promise.allSettled([
          process.runs.finish(execution, { status: 'failed' }),
          test.ledger.runs.takeOver(),
        ]);
        const takenOver = taken.status === 'fulfilled' ? taken.value : [];
        expect(takenOver).toHaveLength(end.status === 'fulfilled' ? 0 : 1);
        expect((await test.ledger.history.find(execution.run.id))?.status).toBe(
          end.status === 'fulfilled' ? 'failed' : 'running',
        );
        await finishAllOf('a');
      }
    });
  });
}
