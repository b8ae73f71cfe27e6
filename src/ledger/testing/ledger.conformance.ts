import { describeAlertLedger } from './alert-ledger.conformance.js';
import type { WriterRole } from '../sql/sql-store.js';
import { describeChunkLedger } from './chunk-ledger.conformance.js';
import { describeCommandLedger } from './command-ledger.conformance.js';
import { describeItemLedger } from './item-ledger.conformance.js';
import type { SetUp } from './ledger-under-test.js';
import { describeLedgerStatistics } from './ledger-statistics.conformance.js';
import { describeRunHistory } from './run-history.conformance.js';
import { describeRunLedger } from './run-ledger.conformance.js';
import { describeRunLogLedger } from './run-log-ledger.conformance.js';
import { describeRunSearch } from './run-search.conformance.js';
import { describeSlotHistory } from './slot-history.conformance.js';
import { describeScheduleLedger } from './schedule-ledger.conformance.js';
import { describeServiceLedger } from './service-ledger.conformance.js';
import { describeTwoProcesses } from './two-processes.conformance.js';

interface Others {
  /** In which role another process can have it open beside a service, if in any. */
  readonly second: WriterRole | null;
  /** Whether processes share runs. */
  readonly chunks?: boolean;
}

/** What every ledger has to keep, whichever database it is in. */
export function describeLedger(name: string, setUp: SetUp, { second, chunks = false }: Others): void {
  // Each in a block of its own: the ledger that it sets up for a test is of no use to the others.
  describe(`${name}:`, () => {
    describe('runs:', () => describeRunLedger(setUp));
    describe('history:', () => describeRunHistory(setUp));
    describe('search:', () => describeRunSearch(setUp));
    describe('items:', () => describeItemLedger(setUp));
    describe('schedules:', () => describeScheduleLedger(setUp));
    describe('commands:', () => describeCommandLedger(setUp));
    describe('statistics:', () => describeLedgerStatistics(setUp));
    describe('services:', () => describeServiceLedger(setUp));
    describe('alerts:', () => describeAlertLedger(setUp));
    describe('slots:', () => describeSlotHistory(setUp));
    describe('logs:', () => describeRunLogLedger(setUp));
    if (chunks) describe('chunks:', () => describeChunkLedger(setUp));
    if (second) describe('processes:', () => describeTwoProcesses(setUp, second));
  });
}
