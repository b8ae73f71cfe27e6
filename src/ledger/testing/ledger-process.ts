import 'reflect-metadata';
import { createInterface } from 'node:readline';
import type { LedgerRole } from '../ledger-connection.js';
import { TestLedger } from './test-ledger.js';

// A process with a ledger of its own: does what is asked on each line of its input, and answers with a line of JSON.
const [role = 'service', path = ''] = process.argv.slice(2);
const ledger = new TestLedger(path);

const ACTIONS: Record<string, (...parameters: never[]) => Promise<unknown>> = {
  open: () => ledger.store.open(role as LedgerRole),
  close: () => ledger.store.close(),
  check: () => ledger.store.check(),
  claim: (task: string) => ledger.claim({ task, trigger: 'manual', slot: null, at: null, overlap: 'skip' }),
  claimSlot: (task: string, slot: string) =>
    ledger.claim({ task, trigger: 'schedule', slot: new Date(slot), at: null, overlap: 'skip' }),
  checkpoint: (id: string, pending: string[]) =>
    ledger.runs.checkpoint(id, { items: null, pending, unconfirmed: [], failures: [], recovered: [] }),
  recover: () => ledger.runs.recover(),
  history: () => ledger.history.list({ limit: 1_000 }),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const [action = '', ...parameters] = JSON.parse(line) as [string, ...never[]];
  void Promise.resolve(ACTIONS[action]?.(...parameters)).then(
    (value) => answer({ value: value ?? null }),
    (error: Error) => answer({ error: { name: error.name, message: error.message } }),
  );
});

function answer(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
