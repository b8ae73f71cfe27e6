import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './built-program.ts';
import { LogStream } from './faults/process/log-stream.ts';
import { Scenario, settings } from './faults/scenario.ts';

const everyTenth = settings('cleanup_old_orders', { SCHEDULE: 'every 100ms' });

describe('Ctrl-C at npm start', () => {
  let scenario: Scenario;
  let npm: ChildProcess | undefined;

  beforeEach(async () => {
    scenario = await Scenario.begin();
  });

  afterEach(async () => {
    if (npm?.pid && npm.exitCode === null) process.kill(-npm.pid, 'SIGKILL');
    npm = undefined;
    await scenario.end();
  });

  it('drains, records the run in flight, and ends with 0', async () => {
    scenario.server.on('clean up', (_request, _reply, next) => void setTimeout(next, 500));
    const inFlight = scenario.server.nextRequest('clean up');
    const { url } = scenario.server;
    const environment = { DATA_API_URL: url, DATABASE_URL: `sqlite:${scenario.ledger}`, PORT: '0', LOG_FORMAT: 'json' };
    npm = spawn('npm', ['start'], {
      cwd: ROOT,
      env: { ...process.env, ...environment, ...everyTenth },
      stdio: ['ignore', 'pipe', 'inherit'],
      // A group of its own, as in a terminal: all of it gets the signal, and npm passes it on.
      detached: true,
    });
    const log = new LogStream();
    log.collect(npm.stdout!);
    await inFlight;
    process.kill(-npm.pid!, 'SIGINT');
    expect(await once(npm, 'exit')).toEqual([0, null]);
    expect(log.lines.at(-1)).toMatchObject({ msg: 'Worker stopped' });
    expect((await scenario.history()).map(({ status }) => status)).not.toContain('running');
  });

  it('drains on SIGHUP as well', async () => {
    const worker = await scenario.ready(everyTenth);
    expect(await worker.stop('SIGHUP')).toMatchObject({ code: 0 });
    expect(worker.log.lines.at(-1)).toMatchObject({ msg: 'Worker stopped' });
  });

  it('ends at once when a second signal comes a second later, not sooner', async () => {
    scenario.server.on('clean up', () => undefined);
    const hung = scenario.server.nextRequest('clean up');
    const worker = await scenario.ready({ ...everyTenth, SHUTDOWN_TIMEOUT: '30s' });
    await hung;
    worker.kill('SIGINT');
    await worker.log.find('Draining');
    worker.kill('SIGTERM');
    await sleep(1_000);
    expect(worker.running).toBe(true);
    expect(await worker.stop('SIGTERM', 2_000)).toMatchObject({ code: 143 });
  });
});
