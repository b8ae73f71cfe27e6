import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { DIST } from './built-program.ts';
import { Stopwatch } from './faults/process/stopwatch.ts';
import { Scenario } from './faults/scenario.ts';

/** Preloaded: the worker prints its first line too late for this. */
const TELLS_WHEN_IT_LISTENS = `data:text/javascript,${encodeURIComponent(
  `process.on('newListener', (signal) => queueMicrotask(() => process.stderr.write('listens for ' + signal + '\\n')))`,
)}`;

const everyTenth = { TASK_CLEANUP_OLD_ORDERS_SCHEDULE: 'every 100ms' };

describe('the process of the service', () => {
  let scenario: Scenario;

  beforeEach(async () => {
    scenario = await Scenario.begin();
  });
  afterEach(() => scenario.end());

  it('ends with 0 on a signal from the moment on that it listens for signals', async () => {
    const worker = await scenario.start({ NODE_OPTIONS: `--import=${TELLS_WHEN_IT_LISTENS}` });
    await worker.errorOutput.find('listens for SIGTERM');
    const stopwatch = new Stopwatch();
    const exit = await worker.stop('SIGTERM');
    expect(exit).toMatchObject({ code: 0 });
    expect(stopwatch.elapsed(exit.at)).toBeLessThan(2_000);
    expect(worker.log.text).toBe('');
  });

  it('has written its last line when it ends', async () => {
    const worker = await scenario.ready();
    await worker.stop('SIGTERM');
    expect(worker.log.lines.at(-1)).toMatchObject({ msg: 'Worker stopped' });
  });

  it('works on when nobody reads its log any more, and ends with 0', async () => {
    const { url } = scenario.server;
    const environment = { DATA_API_URL: url, DATABASE_URL: `sqlite:${scenario.ledger}`, PORT: '0', ...everyTenth };
    const worker = spawn(process.execPath, [`${DIST}/main.js`], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await scenario.server.nextRequest();
    worker.stdout.destroy();
    await scenario.server.nextRequest();
    await scenario.server.nextRequest();
    worker.kill('SIGTERM');
    expect(await once(worker, 'exit')).toEqual([0, null]);
  });

  it('ends with 5 on a bad configuration, names all of it, opens nothing', async () => {
    const worker = await scenario.start({
      PORT: '99999',
      LOG_LEVEL: 'loud',
      TASK_CLEANUP_OLD_ORDERS_SCHEDULE: 'often',
    });
    expect(await worker.exit()).toMatchObject({ code: 5 });
    for (const variable of ['PORT', 'LOG_LEVEL', 'TASK_CLEANUP_OLD_ORDERS_SCHEDULE']) {
      expect(worker.errorOutput.text).toContain(variable);
    }
    expect(existsSync(scenario.ledger)).toBe(false);
    expect(worker.log.matching('Listening')).toEqual([]);
  });

  it('ends with 1 when its port is taken, names it, and has opened no ledger', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const worker = await scenario.start({ PORT: String(port) });
    expect(await worker.exit()).toMatchObject({ code: 1 });
    expect(worker.errorOutput.text).toMatch(new RegExp(`HOST 127\\.0\\.0\\.1, PORT ${port}: .*EADDRINUSE`));
    expect(existsSync(scenario.ledger)).toBe(false);
    other.close();
  });

  it('ends with 1 when there is no folder for the ledger, and says what to do', async () => {
    const worker = await scenario.start({ DATABASE_URL: `sqlite:${scenario.folder}/missing/worker.db` });
    expect(await worker.exit()).toMatchObject({ code: 1 });
    expect(worker.errorOutput.text).toContain(`${scenario.folder}/missing`);
    expect(worker.errorOutput.text).not.toContain('    at ');
  });
});
