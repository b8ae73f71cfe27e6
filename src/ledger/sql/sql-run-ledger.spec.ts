import { HOUR, SECOND } from '../../time/duration.js';
import type { ItemFailure, RunClaim } from '../run-ledger.js';
import type { RunStatus } from '../../runs/run.js';
import { anExecution } from '../../worker/testing/task-context.fake.js';
import { manualClaim, removeTemporaryFolders, slotClaim, TestLedger } from '../testing/test-ledger.js';

const NOON = '2026-11-23T12:00:00.000Z';
const ONE = '2026-11-23T13:00:00.000Z';
const TWO = '2026-11-23T14:00:00.000Z';

let ledger: TestLedger;

beforeEach(async () => {
  ledger = await TestLedger.open();
});

afterEach(async () => {
  await ledger.store.close();
  removeTemporaryFolders();
});

const failure = (id: string): ItemFailure => ({
  id,
  error: { name: 'E', message: `no ${id}`, code: 'X' },
  attempts: 2,
});

describe('a claim', () => {
  it('starts the run of an idle task at its slot', async () => {
    const claimed = await ledger.claim(slotClaim('a', NOON));
    expect(claimed?.run).toMatchObject({ task: 'a', trigger: 'schedule', slot: new Date(NOON), status: 'running' });
    expect(claimed?.execution).toMatchObject({ at: new Date(NOON), lastSuccess: null, resume: null });
  });

  it('of a slot that has its run is answered with null, however that run ended', async () => {
    const execution = await ledger.start(slotClaim('a', NOON));
    expect(await ledger.claim(slotClaim('a', NOON))).toBeNull();
    await ledger.runs.finish(execution, { status: 'failed' });
    expect(await ledger.claim(slotClaim('a', NOON, { record: { status: 'missed', reason: null } }))).toBeNull();
    expect(await ledger.history.list({ limit: 10 })).toHaveLength(1);
  });

  it('without a reference instant takes the moment it starts', async () => {
    const { at } = await ledger.start(manualClaim('a'));
    expect(at).toEqual(ledger.clock.now());
  });

  it('of an active task is recorded as skipped, reason overlap', async () => {
    await ledger.start(slotClaim('a', NOON));
    const claimed = await ledger.claim(slotClaim('a', ONE));
    expect(claimed?.run).toMatchObject({ status: 'skipped', reason: 'overlap', finishedAt: ledger.clock.now() });
    expect(claimed?.execution).toBeUndefined();
  });

  it('of an active task waits where the task wants its runs queued, one scheduled run at a time', async () => {
    await ledger.start(slotClaim('a', NOON));
    const waiting = await ledger.claim(slotClaim('a', ONE, { overlap: 'queue' }));
    const further = await ledger.claim(slotClaim('a', TWO, { overlap: 'queue' }));
    expect(waiting?.run.status).toBe('queued');
    expect(further?.run).toMatchObject({ status: 'skipped', reason: 'overlap' });
  });

  it('to catch up always waits', async () => {
    await ledger.start(slotClaim('a', NOON));
    const late = { trigger: 'catch_up', at: null } as const;
    const claimed = await ledger.runs.claim([slotClaim('a', ONE, late), slotClaim('a', TWO, late)]);
    expect(claimed.map((claim) => claim?.run.status)).toEqual(['queued', 'queued']);
  });

  it('can record a slot that does not run', async () => {
    const claimed = await ledger.claim(slotClaim('a', NOON, { record: { status: 'missed', reason: 'standstill' } }));
    expect(claimed?.run).toMatchObject({ status: 'missed', reason: 'standstill', startedAt: null });
    expect(claimed?.execution).toBeUndefined();
    expect((await ledger.claim(slotClaim('a', ONE)))?.run.status).toBe('running');
  });

  it('is answered in its place among many, each seeing what came before it', async () => {
    const claimed = await ledger.runs.claim([
      slotClaim('a', NOON),
      slotClaim('a', NOON),
      slotClaim('b', NOON),
      slotClaim('a', ONE),
    ]);
    expect(claimed.map((claim) => claim?.run.status ?? null)).toEqual(['running', null, 'running', 'skipped']);
  });

  it.each<[string, RunClaim]>([
    ['an invalid slot', slotClaim('b', 'no date')],
    ['an invalid reference instant', slotClaim('b', NOON, { at: new Date(Number.NaN) })],
    ['a task without a name', slotClaim(null as unknown as string, NOON)],
    ['a trigger that is none', slotClaim('b', NOON, { trigger: null as unknown as 'manual' })],
  ])('with %s spoils no other claim', async (_, broken) => {
    const claimed = await ledger.runs.claim([slotClaim('a', NOON), broken, slotClaim('c', NOON)]);
    expect(claimed.map((claim) => claim?.run.status ?? null)).toEqual(['running', null, 'running']);
    expect(await ledger.history.list({ limit: 10 })).toHaveLength(2);
  });
});

describe('a queued run', () => {
  it('starts when the task is idle, the oldest first, with the reference instant of its start', async () => {
    const first = await ledger.start(slotClaim('a', NOON));
    const late = { trigger: 'catch_up', at: null } as const;
    await ledger.runs.claim([slotClaim('a', ONE, late), slotClaim('a', TWO, late)]);
    expect(await ledger.runs.startNext('a')).toBeNull();

    await ledger.runs.finish(first, { status: 'succeeded' });
    ledger.clock.advance(SECOND);
    const next = await ledger.runs.startNext('a');
    expect(next).toMatchObject({ run: { slot: new Date(ONE), status: 'running' }, at: ledger.clock.now() });
    expect(next?.lastSuccess).toEqual(new Date(NOON));
    expect(await ledger.runs.startNext('a')).toBeNull();
  });

  it('is not there for a task that never ran', async () => {
    expect(await ledger.runs.startNext('unknown')).toBeNull();
  });
});

describe('the end of a run', () => {
  it('is recorded with result, error and reason', async () => {
    const execution = await ledger.start(slotClaim('a', NOON));
    const { run } = execution;
    ledger.clock.advance(SECOND);
    const error = { name: 'HttpError', message: 'answered 503', code: 'HTTP_503' };
    const ended = await ledger.runs.finish(execution, { status: 'failed', reason: 'outage', result: [1], error });
    expect(ended).toMatchObject({
      status: 'failed',
      reason: 'outage',
      result: [1],
      error,
      finishedAt: ledger.clock.now(),
    });
    expect(await ledger.history.find(run.id)).toEqual(ended);
  });

  it('makes room for the next run of the task', async () => {
    const execution = await ledger.start(slotClaim('a', NOON));
    await ledger.runs.finish(execution, { status: 'succeeded' });
    expect((await ledger.claim(slotClaim('a', ONE)))?.run.status).toBe('running');
  });

  it.each<[RunStatus, string | null]>([
    ['succeeded', ONE],
    ['partial', ONE],
    ['failed', NOON],
    ['timed_out', NOON],
    ['cancelled', NOON],
  ])('as %s leaves %s as the last success', async (status, lastSuccess) => {
    const first = await ledger.start(slotClaim('a', NOON));
    await ledger.runs.finish(first, { status: 'succeeded' });
    const second = await ledger.start(slotClaim('a', ONE));
    expect(second.lastSuccess).toEqual(new Date(NOON));
    await ledger.runs.finish(second, { status: status as 'failed' });
    const third = await ledger.start(slotClaim('a', TWO));
    expect(third.lastSuccess?.toISOString() ?? null).toBe(lastSuccess);
  });

  it('is final: a late answer changes nothing', async () => {
    const execution = await ledger.start(slotClaim('a', NOON));
    const { run } = execution;
    const ended = await ledger.runs.finish(execution, { status: 'timed_out' });
    ledger.clock.advance(HOUR);
    const late = { items: null, pending: ['x'], unconfirmed: [], failures: [failure('x')], recovered: [] };
    expect(await ledger.runs.finish(execution, { status: 'succeeded', result: 1 }, late)).toEqual(ended);
    await ledger.runs.checkpoint(run.id, late);
    expect(await ledger.history.find(run.id)).toEqual(ended);
    expect(await ledger.history.failedItems(run.id)).toEqual([]);
    expect(await ledger.items.troubled('a')).toEqual(new Map());
  });

  it('takes a result that is no JSON for what it is', async () => {
    const execution = await ledger.start(slotClaim('a', NOON));
    const ended = await ledger.runs.finish(execution, { status: 'succeeded', result: { count: 1n } });
    expect(ended).toMatchObject({ status: 'succeeded', result: { note: expect.stringContaining('not JSON') } });
  });

  it('of a run that is not there is refused', async () => {
    await expect(ledger.runs.finish(anExecution(), { status: 'failed' })).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });
  });
});

describe('a checkpoint', () => {
  const items = { total: 3, succeeded: 1, failed: 2, skipped: 0 };

  it('keeps counts and failed items, in the order of their failing', async () => {
    const execution = await ledger.start(slotClaim('a', NOON));
    const { run } = execution;
    await ledger.runs.checkpoint(run.id, {
      items,
      pending: [],
      unconfirmed: [],
      failures: [failure('z'), failure('y')],
      recovered: [],
    });
    await ledger.runs.finish(
      execution,
      { status: 'partial' },
      { items, pending: [], unconfirmed: [], failures: [failure('x')], recovered: [] },
    );
    expect(await ledger.history.failedItems(run.id)).toEqual([failure('z'), failure('y'), failure('x')]);
    expect((await ledger.history.find(run.id))?.items).toEqual(items);
  });

  it('without counts leaves those of the one before', async () => {
    const { run } = await ledger.start(slotClaim('a', NOON));
    await ledger.runs.checkpoint(run.id, { items, pending: [], unconfirmed: [], failures: [], recovered: [] });
    await ledger.runs.checkpoint(run.id, { items: null, pending: [], unconfirmed: [], failures: [], recovered: [] });
    expect((await ledger.history.find(run.id))?.items).toEqual(items);
  });
});

describe('an interrupted run', () => {
  it('stays active, and so keeps others of its task away', async () => {
    const execution = await ledger.start(slotClaim('a', NOON));
    const progress = { items: null, pending: ['x'], unconfirmed: [], failures: [], recovered: [] };
    const left = await ledger.runs.finish(execution, { status: 'interrupted', reason: 'shutdown' }, progress);
    expect(left).toMatchObject({ status: 'interrupted', reason: 'shutdown', finishedAt: null });
    expect((await ledger.claim(slotClaim('a', ONE)))?.run).toMatchObject({ status: 'skipped', reason: 'overlap' });
  });

  it('resumes in the next service as a further attempt, with its reference instant and what it left', async () => {
    const started = await ledger.start(manualClaim('a'));
    const items = { total: 3, succeeded: 1, failed: 0, skipped: 0 };
    const progress = { items, pending: ['x', 'y'], unconfirmed: [], failures: [], recovered: [] };
    await ledger.runs.finish(started, { status: 'interrupted', reason: 'shutdown' }, progress);
    await ledger.store.close();
    ledger.clock.advance(HOUR);
    await ledger.store.open('service');

    const [resumed, ...others] = await ledger.runs.recover();
    expect(others).toEqual([]);
    expect(resumed).toMatchObject({
      run: { id: started.run.id, status: 'running', attempt: 2, reason: null, startedAt: started.run.startedAt },
      at: started.at,
      resume: { items, pending: ['x', 'y'], unconfirmed: [], crashed: false },
    });
    expect(await ledger.runs.recover()).toEqual([]);
  });

  it('is not taken over from the process that has it', async () => {
    await ledger.start(manualClaim('a'));
    expect(await ledger.runs.recover()).toEqual([]);
  });
});
