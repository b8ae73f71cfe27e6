import { useDatabase } from '../../../test/postgres/use-database.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { describeLedger } from '../testing/ledger.conformance.js';
import type { LedgerProcess } from '../testing/ledger-under-test.js';
import { sqlLedgers } from '../testing/sql-ledgers.js';
import { TestClock } from '../testing/test-clock.js';
import { PostgresStore } from './postgres-store.js';

const database = useDatabase();
let schema: string;
let emptied: string;

function storeOf(clock: TestClock): PostgresStore {
  return new PostgresStore({ url: database.url, schema }, 'of the test', clock, new WorkerEvents());
}

/** Made once: to create the tables takes longer than a test. */
beforeAll(async () => {
  schema = database.newSchema();
  const store = storeOf(new TestClock());
  await store.open('service');
  await store.close();
  const found = await database.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = '${schema}' and tablename not like 'ledger_migrations%'`,
  );
  // Faster than to truncate them.
  emptied = found.map(({ name }) => `delete from ${schema}.${name}`).join('; ');
});

describeLedger(
  'PostgreSQL',
  async () => {
    const clock = new TestClock();
    await database.query(emptied);
    const stores = new Map<LedgerProcess, PostgresStore>();
    return {
      clock,
      open: async (role) => {
        const store = storeOf(clock);
        await store.open(role);
        const process = { ...sqlLedgers(store, clock), end: () => store.close() };
        stores.set(process, store);
        return process;
      },
      presumeDead: async (process) => {
        const { processId } = stores.get(process)!.writer;
        await database.query(`delete from ${schema}.processes where id = '${processId}'`);
      },
      remove: async () => {
        for (const store of stores.values()) await store.close();
      },
    };
  },
  { second: 'service', chunks: true },
);
