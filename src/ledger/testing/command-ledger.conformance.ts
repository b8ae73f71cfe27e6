import { DAY, HOUR, MINUTE } from '../../time/duration.js';
import type { Command, CommandAnswer, CommandRequest } from '../command-ledger.js';
import { aCheckpoint, aFailure, claimOne, manualClaim, missedClaim, slotClaim, start } from './claims.js';
import { type LedgerProcess, type SetUp, useLedger } from './ledger-under-test.js';

const ANNA = { name: 'anna', role: 'operator', via: 'cli' } as const;
const BEN = { name: 'ben', role: 'operator', via: 'api' } as const;

/** What `CommandLedger` promises, and how pauses change what claims come to. */
export function describeCommandLedger(setUp: SetUp): void {
  const test = useLedger(setUp);

  const perform = (command: Command, more: Partial<CommandRequest> = {}, ledger = test.ledger) =>
    ledger.commands.perform({ command, actor: ANNA, address: null, reason: null, idempotencyKey: null, ...more });
  const pause = (task: string | null, until: Date | null = null) => perform({ action: 'pause', task, until });
  const resume = (task: string | null) => perform({ action: 'resume', task });
  const retry = (run: string, items: string[] | null = null, error: string | null = null) =>
    perform({ action: 'retry', run, items, error });
  const later = (milliseconds: number) => new Date(test.clock.now().getTime() + milliseconds);

  /** How a claim of the schedule for this instant ends up. */
  async function claimed(task: string, slot = test.clock.now(), more = {}): Promise<string | null> {
    const answer = await claimOne(test.ledger.runs, slotClaim(task, slot, more));
    if (answer?.execution) await test.ledger.runs.finish(answer.execution, { status: 'succeeded' });
    return answer && (answer.run.reason ?? answer.run.status);
  }

  async function failedRun(task: string, ...items: string[]): Promise<string> {
    const execution = await start(test.ledger.runs, manualClaim(task));
    const checkpoint = aCheckpoint({ failures: items.map((id) => aFailure(id)) });
    await test.ledger.runs.finish(execution, { status: 'partial' }, checkpoint);
    return execution.run.id;
  }

  const quarantined = async () =>
    [...(await test.ledger.items.troubled('a')).values()].filter((item) => item.quarantinedUntil).map(({ id }) => id);

  describe('a pause', () => {
    it('has the slots of its task recorded as skipped, and of no other', async () => {
      await pause('a');
      expect([await claimed('a'), await claimed('b')]).toEqual(['paused', 'running']);
    });

    it('holds for all tasks when it names none', async () => {
      await pause(null);
      expect([await claimed('a'), await claimed('b')]).toEqual(['paused', 'paused']);
    });

    it('ends when its time has come', async () => {
      await pause('a', later(HOUR));
      test.clock.advance(HOUR - 1);
      expect(await claimed('a')).toBe('paused');
      test.clock.advance(1);
      expect(await claimed('a')).toBe('running');
    });

    it('ends when the task is resumed, and what came due meanwhile is not caught up', async () => {
      await pause('a');
      test.clock.advance(HOUR);
      const slot = test.clock.now();
      test.clock.advance(MINUTE);
      await resume('a');
      expect(await claimed('a', slot, { trigger: 'catch_up', at: null })).toBe('paused');
      expect(await claimed('a')).toBe('running');
    });

    it('holds up slots from before it, but what was missed before it stays missed', async () => {
      const slots = [later(-2 * HOUR), later(-HOUR)] as const;
      await pause('a');
      expect(await claimed('a', slots[0], { trigger: 'catch_up', at: null })).toBe('paused');
      const [answer] = await test.ledger.runs.claim([missedClaim('a', slots[1], 'down')]);
      expect(answer).toMatchObject({ run: { status: 'missed', reason: 'down' } });
    });

    it('turns what was missed while it held into skipped', async () => {
      await pause('a');
      test.clock.advance(HOUR);
      const [answer] = await test.ledger.runs.claim([missedClaim('a', test.clock.now(), 'down')]);
      expect(answer).toMatchObject({ run: { status: 'skipped', reason: 'paused' } });
    });

    it('holds up runs at the start, and none that somebody asks for', async () => {
      await pause('a');
      const [atStart] = await test.ledger.runs.claim([manualClaim('a', { trigger: 'start' })]);
      expect(atStart).toMatchObject({ run: { status: 'skipped', reason: 'paused' } });
      const [byHand] = await test.ledger.runs.claim([manualClaim('a')]);
      expect(byHand).toMatchObject({ run: { status: 'running' } });
    });

    it('takes the place of the one before', async () => {
      await pause('a', later(HOUR));
      await perform({ action: 'pause', task: 'a', until: null }, { reason: 'API moves', actor: BEN });
      const [held, ...others] = await test.ledger.commands.pauses(test.clock.now());
      expect(held).toEqual({ task: 'a', since: test.clock.now(), ends: null, reason: 'API moves', actor: BEN });
      expect(others).toEqual([]);
    });

    it('of all tasks is not ended for one of them', async () => {
      await pause(null);
      await expect(resume('a')).rejects.toMatchObject({ code: 'COMMAND_REFUSED' });
      await resume(null);
      expect(await claimed('a')).toBe('running');
    });

    it('cannot be ended where there is none', async () => {
      await expect(resume('a')).rejects.toMatchObject({ code: 'COMMAND_REFUSED' });
      await expect(resume(null)).rejects.toMatchObject({ code: 'COMMAND_REFUSED' });
      expect(await test.ledger.commands.audit({ limit: 10 })).toEqual([]);
    });

    it('is remembered over a restart, and told after its end', async () => {
      const since = test.clock.now();
      await pause('a');
      test.clock.advance(HOUR);
      await resume('a');
      await test.restart();
      expect(await test.ledger.commands.pauses(since)).toMatchObject([{ since, ends: test.clock.now() }]);
      expect(await test.ledger.commands.pauses(test.clock.now())).toEqual([]);
    });
  });

  describe('a run that is asked for', () => {
    it('waits for the service to start it, and knows who asked', async () => {
      const { run } = await perform({ action: 'run', task: 'a' });
      expect(run).toMatchObject({ status: 'queued', trigger: 'manual', task: 'a', actor: ANNA, slot: null });
      expect(await test.ledger.commands.inbox()).toEqual({ cancellations: [], queuedTasks: ['a'] });
      const execution = await test.ledger.runs.startNext('a');
      expect(execution).toMatchObject({ run: { id: run?.id, actor: ANNA, status: 'running' }, only: null });
      expect(execution?.run.worker).toEqual(expect.any(String));
      expect((await test.ledger.commands.inbox()).queuedTasks).toEqual([]);
    });

    it('keeps its parameters, and that it is a dry run', async () => {
      const params = { region: 'eu' };
      const { run } = await perform({ action: 'run', task: 'a', params, dryRun: true });
      expect(run).toMatchObject({ params, dryRun: true });
      expect(await test.ledger.runs.startNext('a')).toMatchObject({ run: { params, dryRun: true } });
      const [entry] = await test.ledger.commands.audit({ limit: 1 });
      expect(entry?.after).toEqual({ run: run!.id, params, dryRun: true });
    });
  });

  describe('to cancel a run', () => {
    it('ends one that waits at once', async () => {
      const { run } = await perform({ action: 'run', task: 'a' });
      const cancelled = await perform({ action: 'cancel', run: run!.id }, { reason: 'a mistake' });
      expect(cancelled.run).toMatchObject({ status: 'cancelled', reason: 'a mistake', finishedAt: test.clock.now() });
      expect(await test.ledger.runs.startNext('a')).toBeNull();
    });

    it('asks the process that has it, until it has ended', async () => {
      const execution = await start(test.ledger.runs, manualClaim('a'));
      const { id } = execution.run;
      expect((await perform({ action: 'cancel', run: id })).run).toMatchObject({ id, status: 'running' });
      expect((await test.ledger.commands.inbox()).cancellations).toEqual([{ runId: id, reason: 'asked for by anna' }]);
      await test.ledger.runs.finish(execution, { status: 'cancelled', reason: 'asked for by anna' });
      expect((await test.ledger.commands.inbox()).cancellations).toEqual([]);
    });

    it('reaches whoever takes it over', async () => {
      const { run } = await start(test.ledger.runs, manualClaim('a'));
      await perform({ action: 'cancel', run: run.id });
      await test.restart();
      expect((await test.ledger.commands.inbox()).cancellations).toEqual([]);
      await test.ledger.runs.takeOver();
      expect((await test.ledger.commands.inbox()).cancellations).toMatchObject([{ runId: run.id }]);
    });

    it('is refused when it has ended, or is unknown', async () => {
      const id = await failedRun('a');
      await expect(perform({ action: 'cancel', run: id })).rejects.toThrow('has ended: it is partial');
      await expect(perform({ action: 'cancel', run: 'no-run' })).rejects.toMatchObject({ code: 'COMMAND_REFUSED' });
    });
  });

  describe('to retry a run', () => {
    it('queues one for its failed items, in the order of their failing', async () => {
      const { run, items } = await retry(await failedRun('a', '9', '7'));
      expect(run).toMatchObject({ status: 'queued', trigger: 'retry', task: 'a', actor: ANNA });
      expect(items).toEqual(['9', '7']);
      expect(await test.ledger.runs.startNext('a')).toMatchObject({ only: ['9', '7'] });
    });

    it('names the run, and the attempt that ended it', async () => {
      const execution = await start(test.ledger.runs, manualClaim('a'));
      await test.restart();
      const [resumed] = await test.ledger.runs.takeOver();
      await test.ledger.runs.finish(resumed!, { status: 'failed' });
      const retried = { retryOf: execution.run.id, retriedAttempt: 2 };
      const { run } = await retry(execution.run.id);
      expect(run).toMatchObject(retried);
      expect(await test.ledger.runs.startNext('a')).toMatchObject({ run: retried });
      expect(await test.ledger.history.find(run!.id)).toMatchObject(retried);
      expect(execution.run).not.toHaveProperty('retryOf');
    });

    it('takes only the items that are named, or that failed like that', async () => {
      const id = await failedRun('a', '7', '8', 'a\0b');
      expect((await retry(id, ['8', 'a\0b', 'unheard of'])).items).toEqual(['8', 'a\0b']);
      expect((await retry(id, null, '7 failed')).items).toEqual(['7']);
      expect((await retry(id, null, 'HTTP_422')).items).toHaveLength(3);
      await expect(retry(id, ['9'])).rejects.toThrow('no failed items');
      await expect(retry(id, null, 'HTTP_500')).rejects.toThrow('no failed items');
    });

    it('ends the quarantine of those items', async () => {
      let id = '';
      for (let runs = 0; runs < 5; runs++) id = await failedRun('a', '7', '8');
      expect(await quarantined()).toEqual(['7', '8']);
      await retry(id, ['7']);
      expect(await quarantined()).toEqual(['8']);
    });

    it('keeps its items over a crash', async () => {
      await retry(await failedRun('a', '7'));
      await test.ledger.runs.startNext('a');
      await test.restart();
      expect(await test.ledger.runs.takeOver()).toMatchObject([{ only: ['7'], run: { attempt: 2 } }]);
    });

    it('runs the task again as a whole where no items have failed', async () => {
      const execution = await start(test.ledger.runs, manualClaim('a'));
      await expect(retry(execution.run.id)).rejects.toThrow('is running');
      await test.ledger.runs.finish(execution, { status: 'failed' });
      expect((await retry(execution.run.id)).items).toEqual([]);
      expect(await test.ledger.runs.startNext('a')).toMatchObject({ only: null });
    });

    it('keeps the parameters of the run', async () => {
      const params = { region: 'eu' };
      await perform({ action: 'run', task: 'a', params, dryRun: true });
      const execution = await test.ledger.runs.startNext('a');
      await test.ledger.runs.finish(execution!, { status: 'failed' });
      expect((await retry(execution!.run.id)).run).toMatchObject({ trigger: 'retry', params, dryRun: true });
    });

    it('is refused where nothing has failed', async () => {
      const execution = await start(test.ledger.runs, manualClaim('a'));
      await test.ledger.runs.finish(execution, { status: 'succeeded' });
      await expect(retry(execution.run.id)).rejects.toThrow('nothing to retry');
    });
  });

  describe('to release items', () => {
    it('ends their quarantine, and a further failure begins a longer one', async () => {
      for (let runs = 0; runs < 5; runs++) await failedRun('a', '7', '8');
      const { items } = await perform({ action: 'release', task: 'a', items: ['7', '9'] });
      expect([items, await quarantined()]).toEqual([['7'], ['8']]);
      await failedRun('a', '7');
      expect((await test.ledger.items.troubled('a')).get('7')?.quarantinedUntil).toEqual(later(2 * HOUR));
    });

    it('is refused where none is in quarantine', async () => {
      await failedRun('a', '7');
      await expect(perform({ action: 'release', task: 'a', items: ['7'] })).rejects.toThrow('in quarantine');
    });
  });

  describe('the audit trail', () => {
    it('tells who did what, from where and why, newest first', async () => {
      await perform({ action: 'pause', task: 'a', until: later(HOUR) }, { reason: 'too slow', address: '10.0.0.7' });
      test.clock.advance(MINUTE);
      await perform({ action: 'resume', task: 'a' }, { actor: BEN });
      const [resumed, paused] = await test.ledger.commands.audit({ limit: 10 });
      expect(paused).toMatchObject({
        ...{ at: later(-MINUTE), actor: ANNA, address: '10.0.0.7', action: 'pause', target: 'a', reason: 'too slow' },
        ...{ before: null, after: { task: 'a', ends: later(HOUR - MINUTE).toISOString() } },
      });
      expect(resumed).toMatchObject({ actor: BEN, action: 'resume', address: null, reason: null, after: null });
      expect(await test.ledger.commands.audit({ limit: 1 })).toEqual([resumed]);
      expect(await test.ledger.commands.audit({ before: resumed!.position, limit: 10 })).toEqual([paused]);
    });

    it('names a run by its id, and all tasks by a star', async () => {
      await pause(null);
      const { run } = await perform({ action: 'run', task: 'a' });
      await perform({ action: 'cancel', run: run!.id });
      const entries = await test.ledger.commands.audit({ limit: 10 });
      expect(entries.map(({ action, target }) => [action, target])).toEqual([
        ['cancel', run!.id],
        ['run', 'a'],
        ['pause', '*'],
      ]);
    });
  });

  describe('a command with a key', () => {
    const keyed = (more: Partial<CommandRequest> = {}): Promise<CommandAnswer> =>
      perform({ action: 'run', task: 'a' }, { idempotencyKey: 'k1', ...more });

    it('is carried out once, and answered alike', async () => {
      const { run } = await keyed();
      expect((await keyed()).run).toEqual(run);
      expect(await test.ledger.history.list({ limit: 10 })).toHaveLength(1);
      expect(await test.ledger.commands.audit({ limit: 10 })).toHaveLength(1);
    });

    it('answers a pause alike', async () => {
      const pausing = () => perform({ action: 'pause', task: 'a', until: later(HOUR) }, { idempotencyKey: 'k1' });
      expect(await pausing()).toEqual(await pausing());
    });

    it('is another one of somebody else, and after a day', async () => {
      await keyed();
      await keyed({ actor: BEN });
      test.clock.advance(DAY);
      await keyed();
      expect(await test.ledger.history.list({ limit: 10 })).toHaveLength(3);
    });

    it('is refused for another command', async () => {
      await keyed();
      await expect(keyed({ command: { action: 'run', task: 'b' } })).rejects.toMatchObject({ code: 'KEY_REUSED' });
    });
  });

  describe('the time in work', () => {
    it('counts all attempts, and none of the pauses between them', async () => {
      const first = await start(test.ledger.runs, manualClaim('a'));
      test.clock.advance(MINUTE);
      await test.ledger.runs.finish(first, { status: 'interrupted' });
      await test.ledger.end();
      test.clock.advance(HOUR);
      test.ledger = await test.under.open('service');
      const [second] = await test.ledger.runs.takeOver();
      test.clock.advance(2 * MINUTE);
      const ended = await test.ledger.runs.finish(second!, { status: 'succeeded' });
      expect(ended.durationMs).toBe(3 * MINUTE);
      expect((await test.ledger.history.find(ended.id))?.durationMs).toBe(3 * MINUTE);
    });
  });

  describe('a process beside the service', () => {
    let beside: LedgerProcess;

    beforeEach(async () => {
      beside = await test.under.open('command');
    });

    it('is noticed by the service when it has written', async () => {
      const before = await test.ledger.commands.changeMark();
      await perform({ action: 'run', task: 'a' }, {}, beside);
      expect(await test.ledger.commands.changeMark()).not.toBe(before);
    });

    it('has nothing queued to start', async () => {
      await perform({ action: 'run', task: 'a' }, {}, beside);
      expect((await beside.commands.inbox()).queuedTasks).toEqual([]);
    });

    it('is told to end its own runs, and of no other', async () => {
      const { run } = await start(beside.runs, manualClaim('a'));
      await perform({ action: 'cancel', run: run.id });
      expect((await beside.commands.inbox()).cancellations).toMatchObject([{ runId: run.id }]);
      expect((await test.ledger.commands.inbox()).cancellations).toEqual([]);
    });

    it('can do without a service what needs none', async () => {
      const id = await failedRun('a', '7');
      await test.ledger.end();
      await perform({ action: 'pause', task: 'a', until: null }, {}, beside);
      await perform({ action: 'resume', task: 'a' }, {}, beside);
      const needing: Command[] = [
        { action: 'run', task: 'a' },
        { action: 'cancel', run: id },
        { action: 'retry', run: id, items: null, error: null },
      ];
      for (const command of needing) {
        await expect(perform(command, {}, beside)).rejects.toMatchObject({ code: 'NO_SERVICE' });
      }
    });
  });
}
