import { Global, Module } from '@nestjs/common';
import type { WorkerSettings } from '../config/settings.js';
import { workerConfig } from '../config/worker.config.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { Clock } from '../time/clock.js';
import { ChunkLedger } from './chunk-ledger.js';
import { CommandLedger } from './command-ledger.js';
import { AlertLedger } from './alert-ledger.js';
import { ItemLedger } from './item-ledger.js';
import { LedgerArchive } from './ledger-archive.js';
import { Lease } from './lease.js';
import { LedgerConnection } from './ledger-connection.js';
import { RunHistory } from './run-history.js';
import { RunQueue } from './run-queue.js';
import { RunLogLedger } from './run-log-ledger.js';
import { RunLedger } from './run-ledger.js';
import { RunSearch } from './run-search.js';
import { SessionLedger } from './session-ledger.js';
import { ScheduleLedger } from './schedule-ledger.js';
import { ServiceLedger } from './service-ledger.js';
import { SlotHistory } from './slot-history.js';
import { SqlChunkLedger } from './sql/sql-chunk-ledger.js';
import { SqlCommandLedger } from './sql/sql-command-ledger.js';
import { SqlAlertLedger } from './sql/sql-alert-ledger.js';
import { SqlItemLedger } from './sql/sql-item-ledger.js';
import { SqlRunLogLedger } from './sql/sql-run-log-ledger.js';
import { SqlSlotHistory } from './sql/sql-slot-history.js';
import { SqlLedgerArchive } from './sql/sql-ledger-archive.js';
import { SqlRunHistory } from './sql/sql-run-history.js';
import { SqlRunLedger } from './sql/sql-run-ledger.js';
import { SqlRunSearch } from './sql/sql-run-search.js';
import { SqlServiceLedger } from './sql/sql-service-ledger.js';
import { SqlSessionLedger } from './sql/sql-session-ledger.js';
import { SqlScheduleLedger } from './sql/sql-schedule-ledger.js';
import { SqlStore } from './sql/sql-store.js';
import { SqlLedgerStatistics } from './sql/sql-ledger-statistics.js';
import { createStore, StoreParts } from './store.factory.js';
import { LedgerStatistics } from './ledger-statistics.js';
import { UpstreamShares } from './upstream-shares.js';

/** The durable record. Opens nothing by itself: see `LedgerConnection`. */
@Global()
@Module({
  providers: [
    {
      provide: StoreParts,
      inject: [workerConfig.KEY, Clock, WorkerEvents],
      useFactory: ({ database }: WorkerSettings, clock: Clock, events: WorkerEvents) =>
        createStore(database, clock, events),
    },
    { provide: SqlStore, inject: [StoreParts], useFactory: ({ store }: StoreParts) => store },
    { provide: LedgerConnection, useExisting: SqlStore },
    { provide: Lease, inject: [StoreParts], useFactory: ({ lease }: StoreParts) => lease },
    { provide: RunQueue, inject: [StoreParts], useFactory: ({ queue }: StoreParts) => queue },
    // As with the queue: one service has nobody to share a run with.
    {
      provide: ChunkLedger,
      inject: [StoreParts],
      useFactory: ({ store, queue }: StoreParts) => queue && new SqlChunkLedger(store),
    },
    { provide: UpstreamShares, inject: [StoreParts], useFactory: ({ upstreams }: StoreParts) => upstreams },
    { provide: RunLedger, useClass: SqlRunLedger },
    { provide: RunHistory, useClass: SqlRunHistory },
    { provide: RunSearch, useClass: SqlRunSearch },
    { provide: ItemLedger, useClass: SqlItemLedger },
    { provide: ScheduleLedger, useClass: SqlScheduleLedger },
    { provide: ServiceLedger, useClass: SqlServiceLedger },
    { provide: SessionLedger, useClass: SqlSessionLedger },
    { provide: CommandLedger, useClass: SqlCommandLedger },
    { provide: AlertLedger, useClass: SqlAlertLedger },
    { provide: LedgerStatistics, useClass: SqlLedgerStatistics },
    { provide: SlotHistory, useClass: SqlSlotHistory },
    { provide: RunLogLedger, useClass: SqlRunLogLedger },
    { provide: LedgerArchive, useClass: SqlLedgerArchive },
  ],
  exports: [
    LedgerConnection,
    Lease,
    RunQueue,
    ChunkLedger,
    UpstreamShares,
    RunLedger,
    RunHistory,
    RunSearch,
    ItemLedger,
    ScheduleLedger,
    ServiceLedger,
    SessionLedger,
    CommandLedger,
    AlertLedger,
    SlotHistory,
    RunLogLedger,
    LedgerArchive,
    LedgerStatistics,
  ],
})
export class LedgerModule {}
