import 'reflect-metadata';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { LedgerRole } from '../../src/ledger/ledger-connection.ts';
import type { Execution, RunClaim } from '../../src/ledger/run-ledger.ts';
import type { SqlRunHistory as History } from '../../src/ledger/sql/sql-run-history.ts';
import type { SqlRunLedger as Runs } from '../../src/ledger/sql/sql-run-ledger.ts';
import type { SqliteStore as Store } from '../../src/ledger/sqlite/sqlite-store.ts';
import type { WorkerEvents as Events } from '../../src/runs/worker-events.ts';
import { DIST } from '../built-program.ts';

// A process with a ledger of its own: does what is asked on each line of its input, and answers
// with a line of JSON.
const [role = 'service', path = ''] = process.argv.slice(2);

const { SqliteStore } = await built<{ SqliteStore: typeof Store }>('ledger/sqlite/sqlite-store.js');
const { SqlRunLedger } = await built<{ SqlRunLedger: typeof Runs }>('ledger/sql/sql-run-ledger.js');
const { SqlRunHistory } = await built<{ SqlRunHistory: typeof History }>('ledger/sql/sql-run-history.js');
const { WorkerEvents } = await built<{ WorkerEvents: typeof Events }>('runs/worker-events.js');

const clock = { now: () => new Date('2026-11-23T12:30:00.000Z') };
const store = new SqliteStore(path, clock, new WorkerEvents());
const runs = new SqlRunLedger(store, clock);
const history = new SqlRunHistory(store, clock);
/** By run. */
const executions = new Map<string, Execution>();

const ACTIONS: Record<string, (...parameters: never[]) => Promise<unknown>> = {
  open: () => store.open(role as LedgerRole),
  close: () => store.close(),
  claim: (task: string) => claim({ task, trigger: 'manual', slot: null, at: null, overlap: 'skip' }),
  claimSlot: (task: string, slot: string) =>
    claim({ task, trigger: 'schedule', slot: new Date(slot), at: null, overlap: 'skip' }),
  checkpoint: (id: string, pending: string[]) =>
    runs.checkpoint(executions.get(id)!, { items: null, pending, unconfirmed: [], failures: [], recovered: [] }),
  history: () => history.list({ limit: 1_000 }),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const [action = '', ...parameters] = JSON.parse(line) as [string, ...never[]];
  void Promise.resolve(ACTIONS[action]?.(...parameters)).then(
    (value) => answer({ value: value ?? null }),
    (error: Error) => answer({ error: { name: error.name, message: error.message } }),
  );
});

async function claim(one: RunClaim): Promise<unknown> {
  const [claimed] = await runs.claim([one]);
  if (claimed && 'execution' in claimed && claimed.execution) executions.set(claimed.run.id, claimed.execution);
  return claimed;
}

function answer(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function built<T>(module: string): Promise<T> {
  return import(pathToFileURL(join(DIST, module)).href) as Promise<T>;
}
