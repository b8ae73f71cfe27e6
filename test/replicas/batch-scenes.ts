import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { WorkerProcess } from '../faults/worker-process.ts';
import type { PostgresServer } from '../postgres/postgres-server.ts';
import { BATCH, CONCURRENCY, ORDERS, TAKEN_OVER_WITHIN_MS } from './orders-batch.ts';
import type { Replicas } from './replicas.ts';

const ITEMS = 5_000;
/** Longer than the minute for which a silent event loop is believed to come round. */
const BLOCK_FOR_MS = 75_000;
const BACK_WITHIN_MS = 3_000;

/** The run's holder is killed five times, each time another one. */
export async function holderKilled(replicas: Replicas): Promise<string[]> {
  const running = await inABatch(replicas, 500);
  const slowest: number[] = [];
  for (let kills = 0; kills < 5; kills++) {
    const holder = await replicas.holderOf(ORDERS, running);
    if (!holder) return ['the run has no holder'];
    running.splice(running.indexOf(holder), 1);
    holder.kill('SIGKILL');
    const killedAt = Date.now();
    const starting = replicas.startOne(BATCH);
    while (!(await replicas.holderOf(ORDERS, running))) await sleep(50);
    slowest.push(Date.now() - killedAt);
    running.push(await starting);
    await sleep(2_000);
  }
  print(`taken over after ${slowest.join(', ')} ms`);
  const found = await theEnd(replicas, running, { attempt: 6, mostRepeats: 5 * CONCURRENCY });
  if (Math.max(...slowest) > TAKEN_OVER_WITHIN_MS) found.push('a take-over took longer than 10 s');
  return found;
}

/** The event loop of the holder is blocked for longer than a minute. */
export async function holderBlocked(replicas: Replicas): Promise<string[]> {
  const preload = fileURLToPath(new URL('blockable-loop.mjs', import.meta.url));
  const blockable = { NODE_OPTIONS: `--import=${preload}`, BLOCK_FOR_MS: String(BLOCK_FOR_MS) };
  const running = await inABatch(replicas, 200, blockable);
  const [holder, ...others] = running.toReversed() as [WorkerProcess, ...WorkerProcess[]];
  holder.kill('SIGUSR2');
  await holder.log.find('Loop blocked');
  const blockedAt = Date.now();
  await Promise.any(others.map(({ log }) => log.find(/Resuming/, BLOCK_FOR_MS)));
  const takenOverAt = Date.now();
  await holder.log.find('taken the run over', BLOCK_FOR_MS);
  const lostAt = Date.now();
  const { requests } = replicas.scenario.server;
  const living = new Set(requests.flatMap(({ at, connection }) => (at > takenOverAt - 5_000 ? connection : [])));
  const late = requests.filter(({ at, connection }) => at > takenOverAt && at < lostAt && !living.has(connection));
  await holder.ready();
  print(`taken over after ${takenOverAt - blockedAt} ms; ${late.length} requests of the one that was blocked`);
  const found = await theEnd(replicas, running, { attempt: 2, mostRepeats: 2 * CONCURRENCY });
  if (takenOverAt - blockedAt < 60_000) found.push('it was taken over within a minute');
  if (late.length > CONCURRENCY) found.push(`${late.length} requests for what was lost`);
  return found;
}

/** The store is killed and comes back at once, every 5 to 10 s. */
export async function databaseKilled(replicas: Replicas, server: PostgresServer, forMs: number): Promise<string[]> {
  // So slow that the work outlasts the kills.
  const running = await inABatch(replicas, 1_000);
  const end = Date.now() + forMs;
  let kills = 0;
  while (Date.now() < end) {
    await sleep(5_000 + Math.random() * 5_000);
    await server.kill();
    await server.start();
    kills++;
  }
  print(`${kills} kills, ${replicas.scenario.server.model.processedOrders} items done by then`);
  return theEnd(replicas, running, { attempt: 1, mostRepeats: 0 });
}

/** The store is away for a while. */
export async function databaseAway(replicas: Replicas, server: PostgresServer, forMs: number): Promise<string[]> {
  const running = await inABatch(replicas, 200);
  const { requests } = replicas.scenario.server;
  await server.kill();
  const awaySince = Date.now();
  await Promise.all(running.map((replica) => replica.health('/health/ready', (status) => status === 503)));
  print(`all answer 503 after ${Date.now() - awaySince} ms`);
  await sleep(awaySince + forMs - Date.now());
  const early = await Promise.all(running.map((replica) => replica.health('/health/ready')));
  const before = requests.length;
  await server.start();
  const backAt = Date.now();
  while (requests.length === before && Date.now() < backAt + 10 * BACK_WITHIN_MS) await sleep(10);
  const backAfter = Date.now() - backAt;
  await Promise.all(running.map((replica) => replica.ready()));
  print(`the next request came ${backAfter} ms after the return`);
  const found = await theEnd(replicas, running, { attempt: 1, mostRepeats: 0 });
  if (early.some(({ status }) => status !== 503)) found.push('a replica was ready while the store was away');
  if (backAfter > BACK_WITHIN_MS) found.push('work went on later than 3 s after the return');
  return found;
}

/** Three replicas in the middle of one batch; its holder is the last of them. */
async function inABatch(
  replicas: Replicas,
  latency: number,
  ofHolder: Readonly<Record<string, string>> = {},
): Promise<WorkerProcess[]> {
  const { model } = replicas.scenario.server;
  model.latency = latency;
  model.addNumberedOrders(ITEMS);
  const others = await replicas.start(2, BATCH);
  const holder = await replicas.startOne({ ...BATCH, RUN_ON_START: 'true', ...ofHolder });
  while (model.processedOrders < 100) await sleep(20);
  return [...others, holder];
}

/** Lets the batch end at full speed, and looks at what came of it. */
async function theEnd(
  replicas: Replicas,
  running: readonly WorkerProcess[],
  expected: { readonly attempt: number; readonly mostRepeats: number },
): Promise<string[]> {
  const { model } = replicas.scenario.server;
  const found = model.processedOrders < ITEMS ? [] : ['the batch was over before the end of the scene'];
  model.latency = 0;
  await Promise.any(running.map(({ log }) => log.find(/^Run (succeeded|partial|failed)/, 180_000)));
  const [run, another] = await replicas.runs(ORDERS);
  found.push(...(await replicas.violations()));
  print(`${run?.status}, attempt ${run?.attempt}, ${JSON.stringify(run?.items)}, ${model.keys.repeats} repeats`);
  if (another) found.push('there are two runs');
  if (run?.status !== 'succeeded' || run.attempt !== expected.attempt || run.items?.succeeded !== ITEMS) {
    found.push(`the run is ${JSON.stringify(run)}`);
  }
  if (model.keys.repeats > expected.mostRepeats) found.push(`${model.keys.repeats} requests were repeated`);
  const chunks = await replicas.chunks();
  if (chunks > 0) found.push(`${chunks} chunks are left`);
  await Promise.all(running.map((replica) => replica.stop()));
  return found;
}

function print(line: string): void {
  process.stdout.write(`  ${line}\n`);
}
