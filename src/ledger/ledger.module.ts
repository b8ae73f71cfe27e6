import { Global, Module } from '@nestjs/common';
import { ItemLedger } from '../worker/item-ledger.js';
import { LedgerConnection } from '../worker/ledger-connection.js';
import { RunHistory } from '../worker/run-history.js';
import { RunLedger } from '../worker/run-ledger.js';
import { ScheduleLedger } from '../worker/schedule-ledger.js';
import { LedgerStore } from './ledger-store.js';
import { SqlItemLedger } from './sql-item-ledger.js';
import { SqlRunHistory } from './sql-run-history.js';
import { SqlRunLedger } from './sql-run-ledger.js';
import { SqlScheduleLedger } from './sql-schedule-ledger.js';

/** The durable record. Opens nothing by itself: see `LedgerConnection`. */
@Global()
@Module({
  providers: [
    LedgerStore,
    { provide: LedgerConnection, useExisting: LedgerStore },
    { provide: RunLedger, useClass: SqlRunLedger },
    { provide: RunHistory, useClass: SqlRunHistory },
    { provide: ItemLedger, useClass: SqlItemLedger },
    { provide: ScheduleLedger, useClass: SqlScheduleLedger },
  ],
  exports: [LedgerConnection, RunLedger, RunHistory, ItemLedger, ScheduleLedger],
})
export class LedgerModule {}
