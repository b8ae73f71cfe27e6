import { describeLedger } from '../ledger.conformance.js';
import type { LedgerProcess } from '../ledger-under-test.js';
import { TestClock } from '../test-clock.js';
import { MemoryLedger } from './memory-ledger.js';

describeLedger(
  'MemoryLedger',
  async () => {
    const clock = new TestClock();
    let first: MemoryLedger | undefined;
    const ledgers = new Map<LedgerProcess, MemoryLedger>();
    return {
      clock,
      open: async (role) => {
        const ledger = first?.beside(role) ?? new MemoryLedger(clock, role);
        first ??= ledger;
        const { runs, history, search, items, schedules, commands, slots, logs, statistics, services, alerts } = ledger;
        const parts = { runs, history, search, items, schedules, commands, slots, logs, statistics, services, alerts };
        const process = { ...parts, end: async () => ledger.end() };
        ledgers.set(process, ledger);
        return process;
      },
      presumeDead: async (process) => ledgers.get(process)?.presumeDead(),
      remove: async () => {},
    };
  },
  { second: 'service' },
);
