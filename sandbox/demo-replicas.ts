import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresServer } from '../test/postgres/postgres-server.ts';
import { DemoReplicas } from './demo/demo-replicas.ts';
import { checkConfiguration } from './demo/configuration-check.ts';
import { durationOf } from './demo/duration.ts';
import { replicasGuide } from './demo/guide.ts';
import { printSummary } from './demo/run-summary.ts';
import { StopRequest } from './demo/stop-request.ts';
import { shellScript, workerEnvironment, workerSettings } from './demo/worker-environment.ts';
import { startFeed } from './feed.ts';
import { startSandbox } from './sandbox-server.ts';

const DIST = join(import.meta.dirname, '..', 'dist');
const REPLICAS = 3;
const SEED = 1;
/** For the check of the configuration, which asks no API. */
const UNUSED_URL = 'http://127.0.0.1:9';

/** Like a real network: some latency, a few errors. */
const NETWORK = { latencyMs: 20, jitterMs: 15, errorRate: 0.01, errorStatus: 503 };

/**
 * Runs PostgreSQL, the sandbox and three replicas until a signal or the end of `--for`. One replica
 * is killed and comes back every 20 s. Resolves with the exit code.
 */
async function demo(): Promise<number> {
  const duration = durationOf(process.argv.slice(2));
  if (!existsSync(join(DIST, 'main.js'))) throw new Error('the worker is not built; run `npm run build` first');
  const stop = new StopRequest(duration);
  const folder = mkdtempSync(join(tmpdir(), 'worker-demo-'));
  const checked = workerEnvironment(workerSettings(folder, UNUSED_URL), 0, process.env);
  await checkConfiguration(join(DIST, 'cli.js'), checked, folder);
  const database = await PostgresServer.start();
  const sandbox = await startSandbox({ database: join(folder, 'sandbox.db'), seed: SEED, knobs: NETWORK });
  const stopFeed = startFeed(sandbox, SEED);
  try {
    const settings = { ...workerSettings(folder, sandbox.url), DATABASE_URL: database.url };
    const environmentFile = join(folder, 'environment');
    writeFileSync(environmentFile, shellScript(settings));
    const replicas = await DemoReplicas.start(REPLICAS, join(DIST, 'main.js'), (port) => {
      return workerEnvironment(settings, port, process.env);
    });
    stop.onImpatience = () => replicas.kill();
    console.log(replicasGuide({ sandboxUrl: sandbox.url, port: replicas.ports[0] ?? 0, environmentFile }));
    const ending = await Promise.race([
      stop.made.then(() => 'asked' as const),
      replicas.ended.then(() => 'own' as const),
    ]);
    await replicas.stop();
    const environment = workerEnvironment(settings, 0, process.env);
    const missing = await printSummary(join(DIST, 'cli.js'), environment, folder);
    if (ending === 'own') console.error('\n  A replica ended on its own.');
    return ending === 'own' || (duration !== undefined && missing.length > 0) ? 1 : 0;
  } finally {
    stopFeed();
    await sandbox.close();
    await database.stop();
  }
}

try {
  process.exitCode = await demo();
} catch (error) {
  console.error(`The demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
