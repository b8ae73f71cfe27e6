import { describeAlertLedger } from './alert-ledger.conformance.js';
import type { WriterRole } from '../sql/sql-store.js';
import { describeCommandLedger } from './command-ledger.conformance.js';
import { describeItemLedger } from './item-ledger.conformance.js';
import type { SetUp } from './ledger-under-test.js';
import { describeLedgerStatistics } from './ledger-statistics.conformance.js';
import { describeRunHistory } from './run-history.conformance.js';
import { describeRunLedger } from './run-ledger.conformance.js';
import { describeRunLogLedger } from './run-log-ledger.conformance.js';
import { describeSlotHistory } from './slot-history.conformance.js';
import { describeScheduleLedger } from './schedule-ledger.conformance.js';
import { describeServiceLedger } from './service-ledger.conformance.js';
import { describeTwoProcesses } from './two-processes.conformance.js';

/**
 * What every ledger has to keep, whichever database it is in. `second`: in which role another
 * process can have it open beside a service, if in any.
 */
export function describeLedger(name: string, setUp: SetUp, { second }: { second: WriterRole | null }): void {
  describe(`${name}:`, () => {
    describeRunLedger(setUp);
    describeRunHistory(setUp);
    describeItemLedger(setUp);
    describeScheduleLedger(setUp);
    describeCommandLedger(setUp);
    describeLedgerStatistics(setUp);
    describeServiceLedger(setUp);
    describeAlertLedger(setUp);
    describeSlotHistory(setUp);
    describeRunLogLedger(setUp);
    if (second) describeTwoProcesses(setUp, second);
  });
}
