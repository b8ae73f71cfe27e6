import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoWorker } from './demo/demo-worker.ts';
import { checkConfiguration } from './demo/configuration-check.ts';
import { durationOf } from './demo/duration.ts';
import { freePort } from './demo/free-port.ts';
import { guide } from './demo/guide.ts';
import { printSummary } from './demo/run-summary.ts';
import { StopRequest } from './demo/stop-request.ts';
import { shellScript, workerEnvironment, workerSettings } from './demo/worker-environment.ts';
import { startFeed } from './feed.ts';
import { startSandbox } from './sandbox-server.ts';

const DIST = join(import.meta.dirname, '..', 'dist');
const USUAL_PORT = 3000;
const SEED = 1;
/** For the check of the configuration, which asks no API. */
const UNUSED_URL = 'http://127.0.0.1:9';

/** Like a real network: some latency, a few errors. */
const NETWORK = { latencyMs: 5, jitterMs: 15, errorRate: 0.01, errorStatus: 503 };

/**
 * Runs the sandbox and the built worker until a signal or the end of `--for`. Resolves with the
 * exit code.
 */
async function demo(): Promise<number> {
  const duration = durationOf(process.argv.slice(2));
  if (!existsSync(join(DIST, 'main.js'))) throw new Error('the worker is not built; run `npm run build` first');
  const stop = new StopRequest(duration);
  const folder = mkdtempSync(join(tmpdir(), 'worker-demo-'));
  const checked = workerEnvironment(workerSettings(folder, UNUSED_URL), 0, process.env);
  await checkConfiguration(join(DIST, 'cli.js'), checked, folder);
  const sandbox = await startSandbox({ database: join(folder, 'sandbox.db'), seed: SEED, knobs: NETWORK });
  const stopFeed = startFeed(sandbox, SEED);

  const settings = workerSettings(folder, sandbox.url);
  const environmentFile = join(folder, 'environment');
  writeFileSync(environmentFile, shellScript(settings));
  const port = await freePort(USUAL_PORT);
  console.log(guide({ sandboxUrl: sandbox.url, port, environmentFile }));

  const environment = workerEnvironment(settings, port, process.env);
  const worker = new DemoWorker(join(DIST, 'main.js'), environment, folder);
  stop.onImpatience = () => worker.kill();
  void stop.made.then(() => worker.stop());
  const ending = await Promise.race([stop.made.then(() => 'asked' as const), worker.exited.then(() => 'own' as const)]);
  const code = await worker.exited;
  stopFeed();
  await sandbox.close();

  if (ending === 'own') {
    console.error(`\n  The worker ended on its own with exit code ${code}. Its ledger is in ${folder}.`);
    return code === 0 ? 1 : code;
  }
  const missing = await printSummary(join(DIST, 'cli.js'), environment, folder);
  console.log(`  The ledger is in ${folder}.`);
  return code === 0 && duration !== undefined && missing.length > 0 ? 1 : code;
}

try {
  process.exitCode = await demo();
} catch (error) {
  console.error(`The demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
