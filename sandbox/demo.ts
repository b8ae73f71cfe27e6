import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startFeed } from './feed.ts';
import { startSandbox } from './sandbox-server.ts';

const WORKER = join(import.meta.dirname, '..', 'dist', 'main.js');
const USUAL_PORT = 3000;

const SCHEDULES = {
  TASK_CLEANUP_OLD_ORDERS_SCHEDULE: 'every 15s',
  TASK_SEND_REMINDERS_SCHEDULE: 'every 5s',
  TASK_SYNC_EXTERNAL_DATA_SCHEDULE: 'every 10s',
  TASK_PROCESS_PENDING_ORDERS_SCHEDULE: 'every 5s',
};

/** The sandbox and the built worker against it, until a signal or for `--for` seconds; resolves with the exit code. */
async function demo(): Promise<number> {
  const { values } = parseArgs({ options: { for: { type: 'string' } } });
  const folder = mkdtempSync(join(tmpdir(), 'worker-demo-'));
  const sandbox = await startSandbox({ database: join(folder, 'sandbox.db'), knobs: { latencyMs: 5, jitterMs: 15 } });
  const stopFeed = startFeed(sandbox, 1);
  const stop = stopSignal(values.for);
  const environment = {
    DATA_API_URL: sandbox.url,
    DATABASE_URL: `sqlite:${join(folder, 'worker.db')}`,
    PORT: String(await freePort(USUAL_PORT)),
  };
  tellWhereToLook(environment, sandbox.url);
  const worker = startWorker({ ...environment, ...SCHEDULES, RUN_ON_START: 'true', LOG_FORMAT: 'pretty' });
  const exited = once(worker, 'exit') as Promise<[number | null, string | null]>;
  const ended = await Promise.race([stop, exited]);
  if (ended === 'stop') worker.kill('SIGTERM');
  const [code, signal] = await exited;
  stopFeed();
  await sandbox.close();
  if (ended !== 'stop') console.error(`\nThe worker ended by itself (${signal ?? `exit code ${code}`}).`);
  else console.log(`\nThe worker has stopped (exit code ${code}). Its ledger stays at ${folder}.`);
  return code ?? 1;
}

/** In a process group of its own: Ctrl-C reaches the whole group, and the second signal would end the worker at once. */
function startWorker(environment: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [WORKER], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
}

function stopSignal(seconds: string | undefined): Promise<'stop'> {
  return new Promise((resolve) => {
    // Not `once`: with the handler gone, a repeated Ctrl-C would end the demo and leave the worker behind.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve('stop'));
    if (seconds !== undefined) setTimeout(() => resolve('stop'), Number(seconds) * 1_000);
  });
}

async function freePort(wanted: number): Promise<number> {
  for (const port of [wanted, 0]) {
    const probe = createServer();
    try {
      await once(probe.listen(port, '127.0.0.1'), 'listening');
      const address = probe.address();
      await new Promise((resolve) => probe.close(resolve));
      if (address && typeof address === 'object') return address.port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error('There is no free port');
}

function tellWhereToLook(environment: Record<string, string>, sandboxUrl: string): void {
  const prefix = `DATA_API_URL=${environment['DATA_API_URL']} DATABASE_URL=${environment['DATABASE_URL']}`;
  console.log(`
  A sandbox Data API runs at ${sandboxUrl}, and the worker works against it every few seconds.
  Some orders cannot be processed: their runs end as partial. Ctrl-C ends the demo.

  Health      curl http://127.0.0.1:${environment['PORT']}/health
  Sandbox     curl ${sandboxUrl}/sandbox/stats
  An outage   curl -X PUT -d '{"outage": true}' ${sandboxUrl}/sandbox/knobs
  The CLI     export ${prefix}
              npx worker list
              npx worker history
`);
}

process.exitCode = await demo();
