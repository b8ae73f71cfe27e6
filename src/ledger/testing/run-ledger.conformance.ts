import { DAY, HOUR, SECOND } from '../../time/duration.js';
import type { RunStatus } from '../../runs/run.js';
import type { Execution, RunClaim } from '../run-ledger.js';
import {
  aCheckpoint,
  aFailure,
  claimOne,
  manualClaim,
  missedClaim,
  NOON,
  ONE,
  slotClaim,
  start,
  TWO,
} from './claims.js';
import { type SetUp, useLedger } from './ledger-under-test.js';

const LATE = { trigger: 'catch_up', at: null } as const;
const COUNTS = { total: 3, succeeded: 1, failed: 2, skipped: 0 };

/** What `RunLedger` promises to one process. */
export function describeRunLedger(setUp: SetUp): void {
  const test = useLedger(setUp);

  const claim = (one: RunClaim) => claimOne(test.ledger.runs, one);
  const begin = (one: RunClaim) => start(test.ledger.runs, one);
  const statusesOf = async (claims: readonly RunClaim[]) => {
    const answers = await test.ledger.runs.claim(claims);
    return answers.map((answer) => answer && ('run' in answer ? answer.run.status : 'rejected'));
  };

  describe('a claim', () => {
    it('starts the run of an idle task at its slot', async () => {
      const claimed = await claim(slotClaim('a', NOON));
      expect(claimed?.run).toMatchObject({ task: 'a', trigger: 'schedule', slot: new Date(NOON), status: 'running' });
      expect(claimed?.execution).toMatchObject({ at: new Date(NOON), lastSuccess: null, resume: null });
    });

    it('of a slot that has its run is answered with null, however that run ended', async () => {
      const execution = await begin(slotClaim('a', NOON));
      expect(await claim(slotClaim('a', NOON))).toBeNull();
      await test.ledger.runs.finish(execution, { status: 'failed' });
      expect(await claim(missedClaim('a', NOON))).toBeNull();
      expect(await claim(slotClaim('a', NOON))).toBeNull();
      expect(await test.ledger.history.list({ limit: 10 })).toHaveLength(1);
    });

    it('without a reference instant takes the moment it starts', async () => {
      expect((await begin(manualClaim('a'))).at).toEqual(test.clock.now());
    });

    it('ahead of its slot has started at its slot', async () => {
      const ahead = new Date(test.clock.now().getTime() + 50);
      expect((await begin(slotClaim('a', ahead))).run).toMatchObject({ startedAt: ahead, queuedAt: test.clock.now() });
    });

    it('of an active task is recorded as skipped, reason overlap', async () => {
      await begin(slotClaim('a', NOON));
      const claimed = await claim(slotClaim('a', ONE));
      expect(claimed?.run).toMatchObject({ status: 'skipped', reason: 'overlap', finishedAt: test.clock.now() });
      expect(claimed?.execution).toBeUndefined();
    });

    it('of an active task that queues waits, one scheduled run at a time', async () => {
      await begin(slotClaim('a', NOON));
      const waiting = await claim(slotClaim('a', ONE, { overlap: 'queue' }));
      const further = await claim(slotClaim('a', TWO, { overlap: 'queue' }));
      expect(waiting?.run.status).toBe('queued');
      expect(further?.run).toMatchObject({ status: 'skipped', reason: 'overlap' });
    });

    it('to catch up always waits', async () => {
      await begin(slotClaim('a', NOON));
      const statuses = await statusesOf([slotClaim('a', ONE, LATE), slotClaim('a', TWO, LATE)]);
      expect(statuses).toEqual(['queued', 'queued']);
    });

    it('can record a slot that does not run', async () => {
      const claimed = await claim(missedClaim('a', NOON, 'standstill'));
      expect(claimed?.run).toMatchObject({ status: 'missed', reason: 'standstill', startedAt: null });
      expect(claimed?.execution).toBeUndefined();
      expect((await claim(slotClaim('a', ONE)))?.run.status).toBe('running');
    });

    it('may stand for many slots, which is its result', async () => {
      const result = { slots: 7, from: NOON, to: ONE };
      const record = { status: 'missed', reason: 'down', result } as const;
      const claims = [slotClaim('a', NOON, { record }), slotClaim('b', NOON, { record })];
      expect(await test.ledger.runs.claim(claims)).toMatchObject([{ run: { result } }, { run: { result } }]);
      expect(await test.ledger.history.list({ task: 'a', limit: 1 })).toMatchObject([{ reason: 'down', result }]);
    });

    it('takes the place of what a clock that was ahead recorded without a run', async () => {
      const done = await begin(slotClaim('a', TWO));
      await test.ledger.runs.finish(done, { status: 'succeeded' });
      test.clock.advance(DAY);
      await claim(missedClaim('a', NOON, 'late'));
      await begin(slotClaim('b', TWO));
      await claim(slotClaim('b', ONE));
      test.clock.advance(-DAY);
      await test.restart();
      const claims = [slotClaim('a', NOON), slotClaim('a', TWO), slotClaim('b', ONE), slotClaim('a', ONE)];
      expect(await statusesOf(claims)).toEqual(['running', null, 'skipped', 'skipped']);
      expect((await test.ledger.history.list({ task: 'a', limit: 10 })).map(({ status }) => status).toSorted()).toEqual(
        ['running', 'skipped', 'succeeded'],
      );
    });

    it.each<[string, RunClaim]>([
      ['an invalid slot', slotClaim('b', 'no date')],
      ['an invalid reference instant', slotClaim('b', NOON, { at: new Date(Number.NaN) })],
      ['a task without a name', slotClaim(null as unknown as string, NOON)],
      ['a task that no text can name', slotClaim('b\0', NOON)],
      ['a trigger that is none', slotClaim('b', NOON, { trigger: null as unknown as 'manual' })],
    ])('with %s is rejected, and spoils no other', async (_, broken) => {
      const answers = await test.ledger.runs.claim([slotClaim('a', NOON), broken, slotClaim('c', NOON)]);
      expect(answers).toMatchObject([
        { run: { status: 'running' } },
        { rejected: { code: 'CLAIM_INVALID', task: broken.task } },
        { run: { status: 'running' } },
      ]);
      expect(await test.ledger.history.list({ limit: 10 })).toHaveLength(2);
    });
  });

  describe('many claims', () => {
    it('are answered in their places, each as if it came after those before it', async () => {
      await begin(slotClaim('busy', NOON));
      await claim(slotClaim('done', NOON, { record: { status: 'missed', reason: null } }));
      const claims: [RunClaim, string | null][] = [
        [slotClaim('z', NOON), 'running'],
        [slotClaim('a', NOON), 'running'],
        [slotClaim('a', NOON), null],
        [slotClaim('a', ONE), 'skipped'],
        [slotClaim('busy', NOON), null],
        [slotClaim('busy', ONE, { overlap: 'queue' }), 'queued'],
        [slotClaim('busy', TWO, { overlap: 'queue' }), 'skipped'],
        [slotClaim('busy', TWO, LATE), null],
        [slotClaim('done', NOON), null],
        [missedClaim('done', ONE), 'missed'],
        [slotClaim('done', ONE), null],
        [slotClaim('done', TWO), 'running'],
        [manualClaim('done'), 'skipped'],
        [manualClaim('done', { overlap: 'queue' }), 'queued'],
        [manualClaim('z', { overlap: 'queue' }), 'queued'],
      ];
      expect(await statusesOf(claims.map(([one]) => one))).toEqual(claims.map(([, status]) => status));
    });

    it('of one task have ids in their order', async () => {
      const slots = [TWO, NOON, ONE];
      await test.ledger.runs.claim(slots.map((slot) => slotClaim('a', slot, LATE)));
      const runs = await test.ledger.history.list({ limit: 10 });
      expect(runs.map(({ slot }) => slot?.toISOString()).reverse()).toEqual(slots);
    });

    it('of a thousand tasks all start, and not again', async () => {
      const claims = Array.from({ length: 1_000 }, (_, task) => slotClaim(`task_${task}`, NOON));
      expect(new Set(await statusesOf(claims))).toEqual(new Set(['running']));
      expect(new Set(await statusesOf(claims))).toEqual(new Set([null]));
      expect(new Set(await statusesOf(claims.map(({ task }) => slotClaim(task, ONE))))).toEqual(new Set(['skipped']));
    });

    it('may be none', async () => {
      expect(await test.ledger.runs.claim([])).toEqual([]);
    });
  });

  describe('a queued run', () => {
    it('starts when the task is idle, the oldest first, with the reference instant of its start', async () => {
      const first = await begin(slotClaim('a', NOON));
      await test.ledger.runs.claim([slotClaim('a', ONE, LATE), slotClaim('a', TWO, LATE)]);
      expect(await test.ledger.runs.startNext('a')).toBeNull();

      await test.ledger.runs.finish(first, { status: 'succeeded' });
      test.clock.advance(SECOND);
      const next = await test.ledger.runs.startNext('a');
      expect(next).toMatchObject({ run: { slot: new Date(ONE), status: 'running' }, at: test.clock.now() });
      expect(next?.lastSuccess).toEqual(new Date(NOON));
      expect(await test.ledger.runs.startNext('a')).toBeNull();
    });

    it('is not there for a task that never ran', async () => {
      expect(await test.ledger.runs.startNext('unknown')).toBeNull();
    });
  });

  describe('the end of a run', () => {
    it('is recorded with result, error and reason', async () => {
      const execution = await begin(slotClaim('a', NOON));
      test.clock.advance(SECOND);
      const error = { name: 'HttpError', message: 'answered 503', code: 'HTTP_503' };
      const outcome = { status: 'failed', reason: 'outage', result: [1], error } as const;
      const ended = await test.ledger.runs.finish(execution, outcome);
      expect(ended).toMatchObject({ ...outcome, finishedAt: test.clock.now() });
      expect(await test.ledger.history.find(execution.run.id)).toEqual(ended);
    });

    it('makes room for the next run of the task', async () => {
      await test.ledger.runs.finish(await begin(slotClaim('a', NOON)), { status: 'succeeded' });
      expect((await claim(slotClaim('a', ONE)))?.run.status).toBe('running');
    });

    it.each<[RunStatus, string]>([
      ['succeeded', ONE],
      ['partial', ONE],
      ['failed', NOON],
      ['timed_out', NOON],
      ['cancelled', NOON],
    ])('as %s leaves %s as the last success', async (status, lastSuccess) => {
      await test.ledger.runs.finish(await begin(slotClaim('a', NOON)), { status: 'succeeded' });
      const second = await begin(slotClaim('a', ONE));
      expect(second.lastSuccess).toEqual(new Date(NOON));
      await test.ledger.runs.finish(second, { status: status as 'failed' });
      expect((await begin(slotClaim('a', TWO))).lastSuccess).toEqual(new Date(lastSuccess));
    });

    it.each<[RunStatus, object]>([
      ['succeeded', { since: ONE }],
      ['partial', { since: NOON }],
      ['failed', { since: NOON }],
      ['timed_out', { since: NOON }],
      ['cancelled', { since: NOON }],
    ])('as %s leaves %j as the state of its task', async (status, state) => {
      const first = await begin(slotClaim('a', NOON));
      expect(first.state).toBeNull();
      await test.ledger.runs.finish(first, { status: 'succeeded' }, aCheckpoint({ state: { since: NOON } }));
      const second = await begin(slotClaim('a', ONE));
      expect(second.state).toEqual({ since: NOON });
      await test.ledger.runs.finish(second, { status: status as 'failed' }, aCheckpoint({ state: { since: ONE } }));
      expect((await test.ledger.history.overview()).get('a')?.state).toEqual(state);
      expect((await begin(slotClaim('a', TWO))).state).toEqual(state);
    });

    it('without a state leaves that of its task, also where it is dry', async () => {
      const first = await begin(manualClaim('a'));
      await test.ledger.runs.finish(first, { status: 'succeeded' }, aCheckpoint({ state: 1 }));
      const dry = await begin(manualClaim('a', { dryRun: true }));
      await test.ledger.runs.finish(dry, { status: 'succeeded' }, aCheckpoint({ state: 2 }));
      await test.ledger.runs.finish(await begin(manualClaim('a')), { status: 'succeeded' }, aCheckpoint());
      expect((await begin(manualClaim('a'))).state).toBe(1);
    });

    it('that is limited to some items leaves the state of its task', async () => {
      const first = await begin(manualClaim('a'));
      await test.ledger.runs.finish(first, { status: 'partial' }, aCheckpoint({ failures: [aFailure('x')] }));
      const command = { action: 'retry', run: first.run.id, items: null, error: null } as const;
      const actor = { name: 'anna', role: 'operator', via: 'cli' } as const;
      await test.ledger.commands.perform({ command, actor, address: null, reason: null, idempotencyKey: null });
      const retry = await test.ledger.runs.startNext('a');
      expect(retry?.only).toEqual(['x']);
      await test.ledger.runs.finish(retry!, { status: 'succeeded' }, aCheckpoint({ state: 2 }));
      expect((await begin(manualClaim('a'))).state).toBeNull();
    });

    it('as a success queues a run of each task that follows, with its reference instant', async () => {
      const execution = await begin(slotClaim('a', NOON));
      test.clock.advance(HOUR);
      await test.ledger.runs.finish(execution, { status: 'succeeded' }, aCheckpoint(), ['b', 'c']);
      await test.ledger.runs.finish(execution, { status: 'succeeded' }, aCheckpoint(), ['b', 'c']);
      const queued = await test.ledger.history.list({ statuses: ['queued'], limit: 10 });
      expect(queued.map(({ task }) => task).toSorted()).toEqual(['b', 'c']);
      const next = await test.ledger.runs.startNext('b');
      expect(next).toMatchObject({
        run: { trigger: 'after', slot: null, after: execution.run.id },
        at: new Date(NOON),
      });
      await test.ledger.runs.finish(next!, { status: 'succeeded' });
      expect((await test.ledger.history.overview()).get('b')?.lastRun?.id).toBe(next?.run.id);
      expect(await test.ledger.history.find(next!.run.id)).toMatchObject({ after: execution.run.id });
    });

    it.each<[RunStatus, Partial<RunClaim>]>([
      ['partial', {}],
      ['failed', {}],
      ['timed_out', {}],
      ['cancelled', {}],
      ['interrupted', {}],
      ['succeeded', { dryRun: true }],
    ])('as %s, %j, causes no other run', async (status, more) => {
      const execution = await begin(manualClaim('a', more));
      await test.ledger.runs.finish(execution, { status: status as 'failed' }, aCheckpoint(), ['b']);
      expect(await test.ledger.history.list({ task: 'b', limit: 10 })).toEqual([]);
    });

    it('records that a follower waits already, or is paused', async () => {
      const actor = { name: 'anna', role: 'operator', via: 'cli' } as const;
      const command = { action: 'pause', task: 'c', until: null } as const;
      await test.ledger.commands.perform({ command, actor, address: null, reason: null, idempotencyKey: null });
      for (const slot of [NOON, ONE]) {
        await test.ledger.runs.finish(await begin(slotClaim('a', slot)), { status: 'succeeded' }, aCheckpoint(), [
          'b',
          'c',
        ]);
      }
      const outcomes = async (task: string) =>
        (await test.ledger.history.list({ task, limit: 10 })).map(({ status, reason }) => [status, reason]);
      expect(await outcomes('b')).toEqual([
        ['skipped', 'overlap'],
        ['queued', null],
      ]);
      expect(await outcomes('c')).toEqual(Array(2).fill(['skipped', 'paused']));
    });

    it('is final: a late end changes nothing and is answered with the record', async () => {
      const execution = await begin(slotClaim('a', NOON));
      const ended = await test.ledger.runs.finish(execution, { status: 'timed_out' });
      test.clock.advance(HOUR);
      const late = aCheckpoint({ pending: ['x'], failures: [aFailure('x')] });
      expect(await test.ledger.runs.finish(execution, { status: 'succeeded', result: 1 }, late)).toEqual(ended);
      await expectUnchanged(execution, ended);
    });

    it('is final: a late checkpoint is refused', async () => {
      const execution = await begin(slotClaim('a', NOON));
      const ended = await test.ledger.runs.finish(execution, { status: 'timed_out' });
      const late = test.ledger.runs.checkpoint(execution, aCheckpoint({ items: COUNTS, failures: [aFailure('x')] }));
      await expect(late).rejects.toMatchObject({ code: 'RUN_LOST', endsRun: true });
      await expectUnchanged(execution, ended);
    });

    it('takes a result that is not JSON for what it is', async () => {
      const execution = await begin(slotClaim('a', NOON));
      const ended = await test.ledger.runs.finish(execution, { status: 'succeeded', result: { count: 1n } });
      expect(ended).toMatchObject({ status: 'succeeded', result: { note: expect.stringContaining('not JSON') } });
    });

    it('keeps texts that no database takes, without what it does not take', async () => {
      const execution = await begin(slotClaim('a', NOON));
      const error = { name: 'E\0', message: 'half \ud800 and \0', code: 'X' };
      const checkpoint = aCheckpoint({ failures: [aFailure('1', { error })] });
      const ended = await test.ledger.runs.finish(
        execution,
        { status: 'failed', reason: 'no\0ne', result: 'a\0b', error },
        checkpoint,
      );
      const kept = { name: 'E', message: 'half \ufffd and ', code: 'X' };
      expect(ended).toMatchObject({ reason: 'none', result: 'a\0b', error: kept });
      expect(await test.ledger.history.find(execution.run.id)).toEqual(ended);
      expect(await test.ledger.history.failedItems(execution.run.id)).toMatchObject([{ error: kept }]);
      expect((await test.ledger.items.troubled('a')).get('1')).toMatchObject({ lastError: kept.message });
    });

    it('of a run that is not there is refused', async () => {
      const execution = await begin(slotClaim('a', NOON));
      const unknown = { ...execution, run: { ...execution.run, id: '01930000-0000-7000-8000-000000000001' } };
      await expect(test.ledger.runs.finish(unknown, { status: 'failed' })).rejects.toMatchObject({
        code: 'LEDGER_UNAVAILABLE',
      });
    });
  });

  describe('a checkpoint', () => {
    it('keeps counts and failed items, in the order of their failing', async () => {
      const execution = await begin(slotClaim('a', NOON));
      await test.ledger.runs.checkpoint(
        execution,
        aCheckpoint({ items: COUNTS, failures: [aFailure('z'), aFailure('y')] }),
      );
      await test.ledger.runs.finish(
        execution,
        { status: 'partial' },
        aCheckpoint({ items: COUNTS, failures: [aFailure('x')] }),
      );
      const failed = await test.ledger.history.failedItems(execution.run.id);
      expect(failed).toEqual([aFailure('z'), aFailure('y'), aFailure('x')]);
      expect((await test.ledger.history.find(execution.run.id))?.items).toEqual(COUNTS);
    });

    it('takes the last of two failures of one item, in the place of the first', async () => {
      const execution = await begin(slotClaim('a', NOON));
      const again = aFailure('z', { attempts: 3 });
      const failures = [aFailure('z'), aFailure('y'), again];
      await test.ledger.runs.checkpoint(execution, aCheckpoint({ failures }));
      expect(await test.ledger.history.failedItems(execution.run.id)).toEqual([again, aFailure('y')]);
    });

    it('remembers of its item a failure that it does not list', async () => {
      const execution = await begin(slotClaim('a', NOON));
      const failures = [aFailure('listed'), { ...aFailure('unlisted'), unlisted: true as const }];
      await test.ledger.runs.checkpoint(execution, aCheckpoint({ failures }));
      const listed = await test.ledger.history.failedItems(execution.run.id);
      expect(listed.map(({ id }) => id)).toEqual(['listed']);
      expect([...(await test.ledger.items.troubled('a')).keys()].toSorted()).toEqual(['listed', 'unlisted']);
    });

    it('without counts leaves those of the one before', async () => {
      const execution = await begin(slotClaim('a', NOON));
      await test.ledger.runs.checkpoint(execution, aCheckpoint({ items: COUNTS }));
      await test.ledger.runs.checkpoint(execution, aCheckpoint());
      expect((await test.ledger.history.find(execution.run.id))?.items).toEqual(COUNTS);
    });
  });

  describe('a run by hand', () => {
    it('keeps what it was given, over its attempts', async () => {
      const params = { since: '2026-01-01', count: 3, text: '\0 "' };
      const started = await begin({ ...manualClaim('a'), params });
      expect(started.run.params).toEqual(params);
      await test.ledger.runs.finish(started, { status: 'interrupted', reason: 'shutdown' });
      await test.restart();
      expect(await test.ledger.runs.takeOver()).toMatchObject([{ run: { params } }]);
    });

    it('that is dry marks neither its items nor its task', async () => {
      await test.ledger.runs.finish(await begin(manualClaim('a')), { status: 'failed' });
      const before = await test.ledger.history.overview();
      const dry = await begin({ ...manualClaim('a'), dryRun: true });
      expect(dry.run.dryRun).toBe(true);
      const checkpoint = aCheckpoint({ items: COUNTS, failures: [aFailure('x')] });
      await test.ledger.runs.checkpoint(dry, checkpoint);
      const run = await test.ledger.runs.finish(dry, { status: 'partial' }, checkpoint);
      expect(run).toMatchObject({ status: 'partial', dryRun: true });
      expect(await test.ledger.history.find(run.id)).toMatchObject({ status: 'partial', dryRun: true, items: COUNTS });
      expect(await test.ledger.items.troubled('a')).toEqual(new Map());
      expect(await test.ledger.history.overview()).toEqual(before);
    });

    it('that is dry does not go on with what a killed process has left', async () => {
      await begin(manualClaim('a'));
      await test.restart();
      const answer = await claim({ ...manualClaim('a'), dryRun: true });
      expect(answer?.run).toMatchObject({ status: 'skipped', reason: 'overlap' });
    });
  });

  describe('an interrupted run', () => {
    const position = { offset: 100, cursor: 'c\0ursor', done: ['v', 'w'], doneAhead: 1 };
    const left = {
      items: COUNTS,
      pending: ['x', 'y'],
      onTrial: true as const,
      unconfirmed: ['z'],
      position,
      state: { since: NOON },
    };

    it('stays active, and so keeps others of its task away', async () => {
      const execution = await begin(slotClaim('a', NOON));
      const run = await test.ledger.runs.finish(execution, { status: 'interrupted', reason: 'shutdown' });
      expect(run).toMatchObject({ status: 'interrupted', reason: 'shutdown', finishedAt: null });
      expect((await claim(slotClaim('a', ONE)))?.run).toMatchObject({ status: 'skipped', reason: 'overlap' });
    });

    it('resumes in the next service, with its reference instant and what it left', async () => {
      const started = await begin(manualClaim('a'));
      await test.ledger.runs.finish(started, { status: 'interrupted', reason: 'shutdown' }, aCheckpoint(left));
      test.clock.advance(HOUR);
      await test.restart();
      expect(await test.ledger.runs.takeOver()).toMatchObject([
        {
          run: { id: started.run.id, status: 'running', attempt: 2, reason: null, startedAt: started.run.startedAt },
          at: started.at,
          resume: { ...left, crashed: false },
        },
      ]);
      expect(await test.ledger.runs.takeOver()).toEqual([]);
    });

    it('resumes as one that crashed when its process did not say so', async () => {
      const started = await begin(slotClaim('a', NOON));
      await test.ledger.runs.checkpoint(started, aCheckpoint(left));
      await test.restart();
      expect(await test.ledger.runs.takeOver()).toMatchObject([{ resume: { ...left, crashed: true } }]);
    });

    it('counts its crashes in a row, and anew after a checkpoint or an end in order', async () => {
      await begin(slotClaim('a', NOON));
      const crashes: number[] = [];
      const attempts = [undefined, undefined, 'checkpoint', undefined, 'interrupted', undefined] as const;
      for (const deed of attempts) {
        await test.restart();
        const [execution] = await test.ledger.runs.takeOver((orphans) => {
          crashes.push(...orphans.map((orphan) => orphan.crashes));
          return orphans;
        });
        expect(execution?.resume?.crashes).toBe(crashes.at(-1));
        if (deed === 'checkpoint') await test.ledger.runs.checkpoint(execution!, aCheckpoint(left));
        if (deed === 'interrupted') await test.ledger.runs.finish(execution!, { status: deed });
      }
      expect(crashes).toEqual([1, 2, 3, 1, 2, 0]);
    });

    it('is left to a later take-over by a process that does not choose it', async () => {
      const runs = [await begin(slotClaim('a', NOON)), await begin(slotClaim('b', NOON))];
      await test.restart();
      expect(await test.ledger.runs.takeOver((orphans) => orphans.slice(1))).toMatchObject([{ run: { task: 'b' } }]);
      expect(await test.ledger.runs.takeOver()).toMatchObject([{ run: { id: runs[0]?.run.id, attempt: 2 } }]);
    });

    it('resumes with the last success of its task, many of them in the order of their ids', async () => {
      await test.ledger.runs.finish(await begin(slotClaim('a', NOON)), { status: 'succeeded' });
      const runs = [await begin(slotClaim('b', NOON)), await begin(slotClaim('a', ONE))];
      await test.restart();
      expect(await test.ledger.runs.takeOver()).toMatchObject([
        { run: { id: runs[0]?.run.id }, lastSuccess: null },
        { run: { id: runs[1]?.run.id }, lastSuccess: new Date(NOON) },
      ]);
    });

    it('is not taken over from the process that has it', async () => {
      await begin(manualClaim('a'));
      expect(await test.ledger.runs.takeOver()).toEqual([]);
    });

    it('gives way to a claim by hand, which resumes it', async () => {
      const started = await begin(slotClaim('a', NOON));
      await test.restart();
      const [scheduled, byHand, another] = await test.ledger.runs.claim([
        slotClaim('a', ONE),
        manualClaim('a'),
        manualClaim('a'),
      ]);
      expect(scheduled).toMatchObject({ run: { status: 'skipped', reason: 'overlap' } });
      expect(byHand).toMatchObject({ execution: { run: { id: started.run.id, attempt: 2 } } });
      expect(another).toMatchObject({ run: { status: 'skipped', reason: 'overlap' } });
    });
  });

  describe('an attempt that is over', () => {
    let stale: Execution;
    let current: Execution;

    beforeEach(async () => {
      stale = await begin(slotClaim('a', NOON));
      await test.restart();
      [current] = (await test.ledger.runs.takeOver()) as [Execution];
    });

    it('cannot record progress', async () => {
      const progress = aCheckpoint({ items: COUNTS, pending: ['x'], failures: [aFailure('x')], recovered: ['y'] });
      await test.ledger.items.recordCrash('a', ['y']);
      await expect(test.ledger.runs.checkpoint(stale, progress)).rejects.toMatchObject({ code: 'RUN_LOST' });
      await expectUnchanged(stale, current.run, ['y']);
    });

    it.each(['succeeded', 'interrupted'] as const)('cannot end the run as %s', async (status) => {
      const end = test.ledger.runs.finish(stale, { status }, aCheckpoint({ failures: [aFailure('x')] }));
      await expect(end).rejects.toMatchObject({ code: 'RUN_LOST' });
      await expectUnchanged(stale, current.run);
    });

    it('leaves the current one as it is', async () => {
      await test.ledger.runs.finish(stale, { status: 'failed' }).catch(() => undefined);
      await test.ledger.runs.checkpoint(current, aCheckpoint());
      const ended = await test.ledger.runs.finish(current, { status: 'partial' }, aCheckpoint({ items: COUNTS }));
      expect(ended).toMatchObject({ status: 'partial', attempt: 2, items: COUNTS });
      expect(await test.ledger.history.find(ended.id)).toEqual(ended);
    });
  });

  /** Nothing was recorded of this execution, or for its items. */
  async function expectUnchanged({ run: { id, task } }: Execution, recorded: object, troubled: string[] = []) {
    expect(await test.ledger.history.find(id)).toEqual(recorded);
    expect(await test.ledger.history.failedItems(id)).toEqual([]);
    expect([...(await test.ledger.items.troubled(task)).keys()]).toEqual(troubled);
  }
}
