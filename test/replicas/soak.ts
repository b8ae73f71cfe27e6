/**
 * Replicas at the lengths of production: `node test/replicas/soak.ts [SCENE…]`, by any words of
 * their names. Prints what it finds; the exit code is 1 when a promise was broken.
 */
import { PostgresServer } from '../postgres/postgres-server.ts';
import { databaseAway, databaseKilled, holderBlocked, holderKilled } from './batch-scenes.ts';
import { Replicas } from './replicas.ts';
import { slots } from './slot-scenes.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Answers each broken promise, in words. */
type Scene = (replicas: Replicas, server: PostgresServer) => Promise<string[]>;

const SCENES: Readonly<Record<string, Scene>> = {
  'eight replicas, 200 slots': (replicas) => slots(replicas, 200),
  'eight replicas, one killed every 5 s for two minutes': (replicas) => slots(replicas, 120, 5 * SECOND),
  'the holder of a run killed five times': holderKilled,
  'the holder of a run blocked for more than a minute': holderBlocked,
  'PostgreSQL killed every 5 to 10 s for three minutes': (...scene) => databaseKilled(...scene, 3 * MINUTE),
  'PostgreSQL away for 12 s': (...scene) => databaseAway(...scene, 12 * SECOND),
  'PostgreSQL away for five minutes': (...scene) => databaseAway(...scene, 5 * MINUTE),
};

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
const chosen = Object.entries(SCENES).filter(
  ([name]) => wanted.length === 0 || wanted.some((word) => name.includes(word)),
);
if (chosen.length === 0) {
  print(`There is no such scene. There are:\n  ${Object.keys(SCENES).join('\n  ')}`);
  process.exitCode = 64;
}
for (const [name, scene] of chosen) if (!(await play(name, scene))) process.exitCode = 1;
