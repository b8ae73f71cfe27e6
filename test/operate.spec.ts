import { useScenario } from './faults/use-scenario.ts';
import { type RecordedRun, settings } from './faults/scenario.ts';
import { addressOf, OpsClient } from './ops/ops-client.ts';

const TASK = 'process_pending_orders';
const POISON = 'order-00002';
const READING = ['logs', 'why'];

interface ActedRun extends RecordedRun {
  readonly actor: unknown;
  readonly worker: string | null;
}

describe('a running service', () => {
  const test = useScenario();

  async function act<T>(...parameters: string[]): Promise<T> {
    const as = READING.includes(parameters[0] ?? '') ? [] : ['--as', 'anna'];
    const { code, stdout, stderr } = await test.current.run([...parameters, ...as, '--json']);
    if (code !== 0) throw new Error(`${parameters.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  async function runThat(fits: (run: ActedRun) => boolean): Promise<ActedRun> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const runs = (await test.current.history(TASK)) as ActedRun[];
      const run = runs.find(fits);
      if (run) return run;
      if (Date.now() > deadline) throw new Error(`No run is like that: ${JSON.stringify(runs)}`);
    }
  }

  it('runs what it is asked for, retries what failed, and knows who asked', async () => {
    const { server } = test.current;
    // The retry leaves alone what came after the run.
    test.expectations = { everyOrderProcessed: false };
    const service = await test.current.ready();
    server.model.addNumberedOrders(20);
    server.model.unprocessable.add(POISON);
    const asked = await act<ActedRun>('run', TASK, '--detach');
    expect(asked).toMatchObject({ status: 'queued', actor: { name: 'anna', role: 'operator', via: 'cli' } });
    const run = await runThat(({ id, finishedAt }) => id === asked.id && finishedAt !== null);
    expect(run).toMatchObject({ status: 'partial', items: { total: 20, failed: 1 }, actor: { name: 'anna' } });
    expect(run.worker).toMatch(new RegExp(`/${service.pid}$`));

    const lines = await act<{ message: string; level: string }[]>('logs', run.id);
    expect(lines.map(({ message }) => message)).toEqual(expect.arrayContaining(['Run started', 'Run partial']));
    const warnings = await act<{ message: string }[]>('logs', run.id, '--level', 'warn');
    expect(warnings.length).toBeLessThan(lines.length);

    server.model.unprocessable.delete(POISON);
    server.model.addNumberedOrders(40);
    const retried = await act<{ run: ActedRun; items: string[] }>('retry', run.id);
    expect(retried.items).toEqual([POISON]);
    const retry = await runThat(({ id, finishedAt }) => id === retried.run.id && finishedAt !== null);
    expect(retry).toMatchObject({
      trigger: 'retry',
      retryOf: run.id,
      status: 'succeeded',
      items: { total: 1, succeeded: 1 },
    });
  });

  it('ends a run that is cancelled from elsewhere, within a second', async () => {
    const { server } = test.current;
    test.expectations = { everyOrderProcessed: false };
    await test.current.ready();
    server.model.addNumberedOrders(3);
    server.on('process order', () => undefined);
    const { id } = await act<ActedRun>('run', TASK, '--detach');
    await runThat((run) => run.id === id && run.status === 'running');
    const from = Date.now();
    await act('cancel', id, '--reason', 'a mistake');
    const run = await runThat((run) => run.id === id && run.status !== 'running');
    expect(run).toMatchObject({ status: 'cancelled', reason: 'a mistake' });
    // The end of the command, half a second until the service looks, and 250 ms to wind up.
    expect(Date.parse(run.finishedAt!) - from).toBeLessThan(2_500);
  });

  it('skips the slots of a task that is paused, and goes on when it is resumed (security: audit)', async () => {
    const service = await test.current.ready(settings(TASK, { SCHEDULE: 'every 200ms' }));
    await act('pause', TASK, '--for', '1h', '--reason', 'API moves');
    await runThat(({ status, reason }) => status === 'skipped' && reason === 'paused');
    const { id } = await act<ActedRun>('run', TASK, '--detach');
    await runThat((run) => run.id === id && run.status === 'succeeded');
    const why = await act<{ verdict: string; sentence: string }>('why', TASK);
    expect(why).toMatchObject({ verdict: 'paused', sentence: expect.stringContaining('by anna (API moves)') });
    await act('resume', TASK);
    const since = new Date().toISOString();
    await runThat(({ slot, status }) => status === 'succeeded' && slot !== null && slot > since);
    const { body } = await new OpsClient(await addressOf(service)).get('/api/v1/audit');
    const anna = { name: 'anna', role: 'operator', via: 'cli' };
    expect(body.items).toMatchObject([
      { action: 'resume', target: TASK, actor: anna, address: null },
      { action: 'run', target: TASK, actor: anna },
      { action: 'pause', target: TASK, actor: anna, reason: 'API moves' },
    ]);
  });
});

describe('without a service', () => {
  const test = useScenario();

  it.each([['run', TASK, '--detach'], ['cancel'], ['retry']])('`%s` says so and answers 1', async (...command) => {
    const { run } = await test.current.runTask(TASK);
    const { code, stderr } = await test.current.run(command.length === 1 ? [...command, run.id] : command);
    expect(code).toBe(1);
    expect(stderr).toContain('No service is running on this ledger');
  });

  it('a pause is on record for the next one', async () => {
    expect(await test.current.run(['pause', TASK])).toMatchObject({ code: 0 });
    await test.current.ready(settings(TASK, { SCHEDULE: 'every 200ms' }));
    const deadline = Date.now() + 20_000;
    let runs = await test.current.history(TASK);
    while (runs.length === 0 && Date.now() < deadline) runs = await test.current.history(TASK);
    expect(runs[0]).toMatchObject({ status: 'skipped', reason: 'paused' });
  });
});
