import { setTimeout as sleep } from 'node:timers/promises';
import { settings, type TaskName } from '../faults/scenario.ts';
import type { WorkerProcess } from '../faults/worker-process.ts';
import type { Replicas } from './replicas.ts';

const SLOTS: TaskName = 'sync_external_data';
const ENVIRONMENT = settings(SLOTS, { SCHEDULE: 'every 1s' });
const SECOND = 1_000;
/** So long that of two dozen kills some meet a run in work. */
const RUN_TAKES_MS = 400;
/** A run of a killed replica has gone on by then. */
const SETTLING_MS = 12 * SECOND;

/** Eight replicas, of which one is killed every so often and replaced by another. */
export async function slots(replicas: Replicas, seconds: number, killEveryMs = Infinity): Promise<string[]> {
  if (killEveryMs < Infinity) replicas.scenario.server.model.latency = RUN_TAKES_MS;
  const running = await replicas.start(8, ENVIRONMENT);
  const begun = Date.now();
  const end = begun + seconds * SECOND;
  const starting: Promise<WorkerProcess>[] = [];
  for (let kill = begun + killEveryMs; kill < end; kill += killEveryMs) {
    await sleep(kill - Date.now());
    const [victim] = running.splice(Math.floor(Math.random() * running.length), 1);
    victim?.kill('SIGKILL');
    starting.push(replicas.startOne(ENVIRONMENT).then((replica) => (running.push(replica), replica)));
  }
  await sleep(Math.max(0, end - Date.now()));
  await Promise.all(starting);
  await sleep(SETTLING_MS);
  const stopped = await Promise.all(running.map((replica) => replica.stop()));
  const found = await replicas.violations({ intervals: { [SLOTS]: SECOND } });
  const runs = (await replicas.runs(SLOTS)).filter(({ slot }) => slot !== null);
  const ran = runs.filter(({ status }) => status === 'succeeded');
  const effects = replicas.scenario.server.model.keys.operations.get('sync');
  const again = ran.filter(({ attempt }) => attempt > 1).length;
  process.stdout.write(
    `  ${runs.length} slots, ${ran.length} ran, ${again} of them taken over, ${effects} effects, ` +
      `${starting.length} kills; ${lateness(ran)}; the longest took ${longest(ran)} ms\n`,
  );
  if (runs.length < seconds) found.push(`${runs.length} slots in ${seconds} s`);
  if (effects !== ran.length) found.push(`${ran.length} runs had ${effects} effects`);
  for (const { status, reason, slot } of runs) {
    // Slots pass while the run of a killed replica waits for its heir.
    const passed = status === 'skipped' && reason === 'overlap' && starting.length > 0;
    if (status !== 'succeeded' && !passed) found.push(`the run for ${slot} is ${status}, ${reason}`);
  }
  for (const { code } of stopped) if (code !== 0) found.push(`a replica that was stopped ended with ${code}`);
  return found;
}

function lateness(runs: readonly { slot: string | null; startedAt: string | null }[]): string {
  const late = runs.map(({ slot, startedAt }) => Date.parse(startedAt ?? '') - Date.parse(slot ?? ''));
  late.sort((one, other) => one - other);
  const at = (share: number) => late[Math.min(late.length - 1, Math.floor(late.length * share))];
  return `started ${at(0.5)} ms (p50), ${at(0.99)} ms (p99) after the slot`;
}

function longest(runs: readonly { startedAt: string | null; finishedAt: string | null }[]): number {
  return Math.max(...runs.map((run) => Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt ?? '')));
}
