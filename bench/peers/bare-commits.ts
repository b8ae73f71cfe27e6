import { writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { CpuLaps, CpuMeter } from '../measure/process-usage.ts';
import { REPORT } from '../measure/program.ts';
import type { TickPlan } from '../measure/tick-recorder.ts';

/**
 * Two durable commits a tick and nothing else: `node bare-commits.ts PLAN`, a `TickPlan` as JSON.
 */
const { every, runsBefore, warmUp, window } = JSON.parse(process.argv[2] ?? '{}') as TickPlan;

const database = new DatabaseSync('ledger.db');
database.exec('pragma journal_mode = wal; pragma synchronous = full');
database.exec('create table runs (id integer primary key, status text)');
const insert = database.prepare("insert into runs (status) values ('running')");
const update = database.prepare("update runs set status = 'succeeded' where id = ?");

const inARow = new CpuMeter();
for (let run = 0; run < runsBefore; run++) commitTwice();
const cpuPerRunInARow = inARow.milliseconds / runsBefore;
await commitFor(warmUp);
const cpu = new CpuMeter();
const cpuOfEach = await commitFor(window);
const cpuPerRun = cpu.milliseconds / cpuOfEach.length;
writeFileSync(REPORT, JSON.stringify({ cpuPerRun, cpuOfEach, cpuPerRunInARow }));

function commitTwice(): void {
  update.run(insert.run().lastInsertRowid);
}

/** Resolves with the CPU time of each tick. */
async function commitFor(time: number): Promise<readonly number[]> {
  const cpu = new CpuLaps();
  const ticks = Math.round(time / every);
  cpu.mark();
  for (let tick = 0; tick < ticks; tick++) {
    commitTwice();
    await sleep(every);
    cpu.mark();
  }
  return cpu.laps;
}
