import { writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { REPORT } from '../measure/program.ts';

/** Two durable commits a tick and nothing else, as fast as `node:sqlite` goes: `node bare-commits.ts TICKS EVERY`. */
const [ticks = 0, every = 0] = process.argv.slice(2).map(Number);

const database = new DatabaseSync('ledger.db');
database.exec(
  'pragma journal_mode = wal; pragma synchronous = full; create table runs (id integer primary key, status text)',
);
const insert = database.prepare("insert into runs (status) values ('running')");
const update = database.prepare("update runs set status = 'succeeded' where id = ?");

let before = process.cpuUsage();
for (let tick = 0; tick < ticks * 2; tick++) {
  if (tick === ticks) before = process.cpuUsage();
  const { lastInsertRowid } = insert.run();
  update.run(lastInsertRowid);
  await sleep(every);
}
const { user, system } = process.cpuUsage(before);
writeFileSync(REPORT, JSON.stringify({ cpuPerRun: (user + system) / 1_000 / ticks, commitsPerRun: 2 }));
