import { z } from 'zod';
import type { Run, RunError } from '../../runs/run.js';
import { aRun } from '../../worker/testing/task-context.fake.js';
import { FakeApplication } from '../testing/application.fake.js';
import { aTerminal } from '../testing/terminal.fake.js';
import { TaskUnknownError } from '../../ops/unknown-name.errors.js';
import { run } from './run.command.js';

const NAME = 'send_reminders';

function ending(end: Partial<Run>): FakeApplication {
  const fake = new FakeApplication();
  fake.submit = () => ({ run: aRun(), finished: Promise.resolve(aRun({ task: NAME, ...end })) });
  return fake;
}

describe('worker run', () => {
  it('asks for one manual run that does not wait, prints it, and takes nothing more', async () => {
    const fake = ending({ status: 'succeeded', result: { sent: 1 } });
    const { terminal, stdout } = aTerminal();
    expect(await run(fake.asApplication(), terminal, NAME, {})).toBe(0);
    expect(fake.claims).toEqual([
      {
        task: NAME,
        trigger: 'manual',
        slot: null,
        at: null,
        overlap: 'skip',
        actor: expect.any(Object),
        params: null,
        dryRun: false,
      },
    ]);
    expect(fake.opened).toEqual(['command']);
    expect(fake.drained).toBe(true);
    expect(stdout()).toContain('status    succeeded');
  });

  it('hands on what the run is given, and refuses what its task does not take', async () => {
    const fake = ending({ status: 'succeeded' });
    const [, { task }] = fake.tasks as [unknown, { task: { params?: z.ZodObject } }];
    Object.assign(task, { params: z.object({ count: z.number() }) });
    await run(fake.asApplication(), aTerminal().terminal, NAME, { param: new Map([['count', '5']]) });
    expect(fake.claims).toMatchObject([{ params: { count: 5 } }]);
    const refused = run(fake.asApplication(), aTerminal().terminal, NAME, { param: new Map([['count', 'x']]) });
    await expect(refused).rejects.toThrow('count is "x", expected');
    expect(fake.opened).toEqual(['command']);
  });

  it('lists what a dry run has held back', async () => {
    const changes = [{ method: 'POST', path: '/api/v1/orders/1/process', key: 'process:1', body: null }];
    const fake = ending({ status: 'succeeded', dryRun: true, result: { heldBack: 3, changes, result: { sent: 1 } } });
    const [text, json] = [aTerminal(), aTerminal()];
    await run(fake.asApplication(), text.terminal, NAME, { dryRun: true });
    expect(fake.claims).toMatchObject([{ dryRun: true }]);
    expect(text.stdout()).toMatch(/result +\{"sent":1\}/);
    expect(text.stdout()).toMatch(/Held back \(3\)[^]*POST +\/api\/v1\/orders\/1\/process +process:1[^]*and 2 more/);
    await run(fake.asApplication(), json.terminal, NAME, { dryRun: true, json: true });
    expect(JSON.parse(json.stdout())).toMatchObject({ dryRun: true, result: { heldBack: 3, changes } });
  });

  it('prints nothing but the run with --json', async () => {
    const { terminal, stdout } = aTerminal();
    await run(ending({ status: 'succeeded' }).asApplication(), terminal, NAME, { json: true });
    expect(JSON.parse(stdout())).toMatchObject({ task: NAME, status: 'succeeded' });
  });

  it.each<[Partial<Run>, number]>([
    [{ status: 'partial' }, 3],
    [{ status: 'cancelled' }, 2],
    [{ status: 'timed_out' }, 1],
    [{ status: 'failed', error: { code: 'UNAUTHORIZED' } as RunError }, 4],
    [{ status: 'failed', error: { code: 'UNREACHABLE' } as RunError }, 6],
  ])('answers by the outcome: %j', async (end, exitCode) => {
    expect(await run(ending(end).asApplication(), aTerminal().terminal, NAME, { json: true })).toBe(exitCode);
  });

  it('tells how to see the failed items', async () => {
    const items = { total: 5, succeeded: 2, failed: 3, skipped: 0 };
    const { terminal, stderr } = aTerminal();
    await run(ending({ status: 'partial', items }).asApplication(), terminal, NAME, {});
    expect(stderr()).toBe(`\`worker show ${aRun().id}\` names the failed items.\n`);
  });

  it('names the run that is in the way', async () => {
    const fake = ending({ status: 'skipped', reason: 'overlap' });
    fake.runs = [aRun({ id: 'the-active-run', startedAt: new Date('2026-11-23T11:58:00.000Z') })];
    const { terminal, stderr } = aTerminal();
    expect(await run(fake.asApplication(), terminal, NAME, { json: true })).toBe(1);
    expect(stderr()).toBe(
      'send_reminders is active: run the-active-run started 2 min ago. A task never runs twice at once.\n',
    );
  });

  it('says when it takes up a run that a dead process had left', async () => {
    const fake = new FakeApplication();
    const resumed = aRun({ attempt: 2 });
    fake.submit = () => ({ run: resumed, finished: Promise.resolve({ ...resumed, status: 'succeeded' }) });
    const { terminal, stderr } = aTerminal();
    expect(await run(fake.asApplication(), terminal, NAME, { json: true })).toBe(0);
    expect(stderr()).toContain(`Resuming run ${resumed.id}`);
    expect(fake.claims).toHaveLength(1);
  });

  it('runs what was asked for after a run that was left, if that had other parameters', async () => {
    const fake = ending({ status: 'succeeded' });
    const [, { task }] = fake.tasks as [unknown, { task: { params?: z.ZodObject } }];
    Object.assign(task, { params: z.object({ count: z.number() }) });
    const left = aRun({ id: 'the-one-left', attempt: 2, params: { count: 4 } });
    fake.submit = () => {
      const [, second] = fake.claims;
      const run = second ? aRun({ id: 'asked-for', params: second.params ?? null }) : left;
      return { run, finished: Promise.resolve({ ...run, status: 'partial' as const }) };
    };
    const { terminal, stdout, stderr } = aTerminal();
    await run(fake.asApplication(), terminal, NAME, { json: true, param: new Map([['count', '5']]) });
    expect(JSON.parse(stdout())).toMatchObject({ id: 'asked-for', params: { count: 5 } });
    expect(stderr()).toContain('Run the-one-left is partial. Now the run with the parameters that were asked for');
  });

  it.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)('is cancelled by %s, and recorded so', async (signal) => {
    const fake = new FakeApplication();
    const finished = Promise.withResolvers<Run>();
    const submitted = Promise.withResolvers<void>();
    fake.submit = () => {
      submitted.resolve();
      return { run: aRun(), finished: finished.promise };
    };
    const { terminal, stderr } = aTerminal();
    const exitCode = run(fake.asApplication(), terminal, NAME, { json: true });
    await submitted.promise;
    process.emit(signal, signal);
    await new Promise(setImmediate);
    finished.resolve(aRun({ status: 'cancelled', reason: signal }));
    expect(await exitCode).toBe(2);
    expect(fake.cancelled).toEqual([signal]);
    expect(stderr()).toContain(`${signal}: cancelling the run`);
    expect(process.listenerCount(signal)).toBe(0);
  });

  it('waits for the record of the cancellation no longer than SHUTDOWN_TIMEOUT, and says what is left', async () => {
    const fake = new FakeApplication();
    const finished = Promise.withResolvers<Run>();
    const submitted = Promise.withResolvers<void>();
    fake.submit = () => {
      submitted.resolve();
      return { run: aRun(), finished: finished.promise };
    };
    const application = fake.asApplication();
    fake.drain = async (timeout) => {
      if (timeout === application.settings.shutdownTimeout)
        finished.resolve(aRun({ status: 'interrupted', reason: 'not recorded' }));
    };
    const { terminal, stderr } = aTerminal();
    const exitCode = run(application, terminal, NAME, { json: true });
    await submitted.promise;
    process.emit('SIGINT', 'SIGINT');
    expect(await exitCode).toBe(1);
    expect(stderr()).toContain(`Run ${aRun().id} is left open: the ledger does not record its end`);
  });

  it('gives the signals back when the ledger cannot be had', async () => {
    const application = new FakeApplication().asApplication();
    const locked = { ...application, open: () => Promise.reject(new Error('locked')) };
    await expect(run(locked, aTerminal().terminal, NAME, {})).rejects.toThrow('locked');
    expect(process.listenerCount('SIGINT')).toBe(0);
  });

  it('refuses a name that no task has before anything is opened', async () => {
    const fake = new FakeApplication();
    await expect(run(fake.asApplication(), aTerminal().terminal, 'reminders', {})).rejects.toThrow(TaskUnknownError);
    expect(fake.opened).toEqual([]);
  });
});
