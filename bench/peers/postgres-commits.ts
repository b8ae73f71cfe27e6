import { writeFileSync } from 'node:fs';
import { Client } from 'pg';
import { REPORT } from '../measure/program.ts';
import type { TickPlan } from '../measure/tick-recorder.ts';

/**
 * Two durable commits one after the other and nothing else, by `pg`, for each of `runsBefore`:
 * `node postgres-commits.ts PLAN`, a `TickPlan` as JSON.
 */
const { runsBefore } = JSON.parse(process.argv[2] ?? '{}') as TickPlan;

const client = new Client({ connectionString: process.env['DATABASE_URL'] });
await client.connect();
await client.query('create table if not exists bare_runs (id bigserial primary key, status text)');
const INSERT = { name: 'insert', text: "insert into bare_runs (status) values ('running') returning id" };
const UPDATE = { name: 'update', text: "update bare_runs set status = 'succeeded' where id = $1" };

const begun = performance.now();
for (let run = 0; run < runsBefore; run++) {
  const { rows } = await client.query<{ id: string }>(INSERT);
  await client.query({ ...UPDATE, values: [rows[0]?.id] });
}
const timePerRunInARow = (performance.now() - begun) / runsBefore;
writeFileSync(REPORT, JSON.stringify({ timePerRunInARow }));
await client.end();
