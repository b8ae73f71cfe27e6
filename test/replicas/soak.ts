/**
 * Replicas at the lengths of production: `node test/replicas/soak.ts [SCENARIO…]`. Prints what it
 * finds; the exit code is 1 when a promise was broken.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { settings, type TaskName } from '../faults/scenario.ts';
import type { WorkerProcess } from '../faults/worker-process.ts';
import { PostgresServer } from '../postgres/postgres-server.ts';
import { Replicas } from './replicas.ts';

const SLOTS: TaskName = 'sync_external_data';
const ORDERS: TaskName = 'process_pending_orders';
const CONCURRENCY = 8;
const BATCH = {
  ...settings(ORDERS, { SCHEDULE: 'every 30d', CATCH_UP: 'skip' }),
  DATA_API_CONCURRENCY: String(CONCURRENCY),
};

type Scene = (replicas: Replicas, server: PostgresServer) => Promise<string[]>;

const SCENES: Readonly<Record<string, Scene>> = {
  'eight replicas, 200 slots': (replicas) => slots(replicas, 200, 0),
  'eight replicas, one killed every 5 s for two minutes': (replicas) => slots(replicas, 120, 5_000),
  'the holder of a run killed five times': holderKilled,
  'PostgreSQL killed every 5 to 10 s for three minutes': (replicas, server) =>
    databaseKilled(replicas, server, 180_000),
  'PostgreSQL away for five minutes': (replicas, server) => databaseAway(replicas, server, 300_000),
};

async function slots(replicas: Replicas, seconds: number, killEveryMs: number): Promise<string[]> {
  const environment = settings(SLOTS, { SCHEDULE: 'every 1s' });
  const running = await replicas.start(8, environment);
  const end = Date.now() + seconds * 1_000;
  while (Date.now() < end) {
    await sleep(Math.min(killEveryMs || Infinity, end - Date.now()));
    if (killEveryMs === 0 || Date.now() >= end) continue;
    const [victim] = running.splice(Math.floor(Math.random() * running.length), 1);
    await victim?.stop('SIGKILL');
    running.push(await replicas.startOne(environment));
  }
  await sleep(10_000);
  await Promise.all(running.map((replica) => replica.stop()));
  const found = await replicas.violations({ intervals: { [SLOTS]: 1_000 } });
  const ran = (await replicas.runs(SLOTS)).filter(({ status }) => status === 'succeeded').length;
  const effects = replicas.scenario.server.model.keys.operations.get('sync');
  print(`  ${ran} runs, ${effects} effects`);
  return effects === ran ? found : [...found, `${ran} runs had ${effects} effects`];
}

async function holderKilled(replicas: Replicas): Promise<string[]> {
  const running = await inABatch(replicas);
  for (let kills = 0; kills < 5; kills++) {
    const holder = await replicas.holderOf(ORDERS, running);
    if (!holder) return ['the run has no holder'];
    running.splice(running.indexOf(holder), 1);
    holder.kill('SIGKILL');
    running.push(await replicas.startOne(BATCH));
    while (!(await replicas.holderOf(ORDERS, running))) await sleep(100);
    await sleep(2_000);
  }
  return theEnd(replicas, running, { attempt: 6, mostRepeats: 5 * CONCURRENCY });
}

async function databaseKilled(replicas: Replicas, server: PostgresServer, forMs: number): Promise<string[]> {
  const running = await inABatch(replicas);
  const end = Date.now() + forMs;
  while (Date.now() < end) {
    await sleep(5_000 + Math.random() * 5_000);
    await server.kill();
    await server.start();
  }
  return theEnd(replicas, running, { attempt: 1, mostRepeats: 0 });
}

async function databaseAway(replicas: Replicas, server: PostgresServer, forMs: number): Promise<string[]> {
  const running = await inABatch(replicas);
  await server.kill();
  await sleep(forMs);
  await server.start();
  return theEnd(replicas, running, { attempt: 1, mostRepeats: 0 });
}

async function inABatch(replicas: Replicas): Promise<WorkerProcess[]> {
  const { model } = replicas.scenario.server;
  model.latency = 200;
  model.addNumberedOrders(5_000);
  const others = await replicas.start(2, BATCH);
  const holder = await replicas.startOne({ ...BATCH, RUN_ON_START: 'true' });
  while (model.processedOrders < 50) await sleep(20);
  return [...others, holder];
}

async function theEnd(
  replicas: Replicas,
  running: readonly WorkerProcess[],
  expected: { readonly attempt: number; readonly mostRepeats: number },
): Promise<string[]> {
  const { model } = replicas.scenario.server;
  model.latency = 0;
  const ends = running.map(({ log }) => log.find(/^Run (succeeded|partial)/, 180_000));
  await Promise.any(ends);
  const [run, another] = await replicas.runs(ORDERS);
  const found = await replicas.violations();
  print(`  ${run?.status}, attempt ${run?.attempt}, ${model.keys.repeats} repeats`);
  if (another) found.push('there are two runs');
  if (run?.status !== 'succeeded' || run.attempt !== expected.attempt) found.push(`the run is ${JSON.stringify(run)}`);
  if (model.keys.repeats > expected.mostRepeats) found.push(`${model.keys.repeats} requests were repeated`);
  await Promise.all(running.map((replica) => replica.stop()));
  return found;
}

async function play(name: string, scene: Scene): Promise<boolean> {
  print(name);
  const server = await PostgresServer.start();
  const replicas = await Replicas.begin(server.url);
  try {
    const found = await scene(replicas, server);
    for (const violation of found) print(`  broken: ${violation}`);
    return found.length === 0;
  } catch (error) {
    print(`  failed: ${String(error)}`);
    return false;
  } finally {
    await replicas.end();
    await server.stop();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const wanted = process.argv.slice(2);
for (const [name, scene] of Object.entries(SCENES)) {
  const isWanted = wanted.length === 0 || wanted.some((word) => name.includes(word));
  if (isWanted && !(await play(name, scene))) process.exitCode = 1;
}
