import type { ChunkLedger } from '../chunk-ledger.js';
import type { CommandLedger } from '../command-ledger.js';
import type { ItemLedger } from '../item-ledger.js';
import type { AlertLedger } from '../alert-ledger.js';
import type { LedgerStatistics } from '../ledger-statistics.js';
import type { RunHistory } from '../run-history.js';
import type { RunLedger } from '../run-ledger.js';
import type { RunLogLedger } from '../run-log-ledger.js';
import type { RunSearch } from '../run-search.js';
import type { SlotHistory } from '../slot-history.js';
import type { ScheduleLedger } from '../schedule-ledger.js';
import type { ServiceLedger } from '../service-ledger.js';
import type { WriterRole } from '../sql/sql-store.js';
import type { TestClock } from './test-clock.js';

/** One process that has the ledger open for writing. */
export interface LedgerProcess {
  readonly runs: RunLedger;
  readonly history: RunHistory;
  readonly search: RunSearch;
  readonly items: ItemLedger;
  readonly schedules: ScheduleLedger;
  readonly commands: CommandLedger;
  readonly statistics: LedgerStatistics;
  readonly services: ServiceLedger;
  readonly alerts: AlertLedger;
  readonly slots: SlotHistory;
  readonly logs: RunLogLedger;
  /** Present where processes share runs. */
  readonly chunks?: ChunkLedger;

  /**
   * The process ends, however it does: it does not own its runs any more, and records nothing more.
   */
  end(): Promise<void>;
}

/** A ledger of its own for each test, empty at first. */
interface LedgerUnderTest {
  readonly clock: TestClock;

  open(role: WriterRole): Promise<LedgerProcess>;

  /**
   * Takes a process for dead although it goes on. Present where several services can have it open.
   */
  presumeDead?(process: LedgerProcess): Promise<void>;

  /** Ends every process and removes what the ledger has left. */
  remove(): Promise<void>;
}

export type SetUp = () => Promise<LedgerUnderTest>;

/** A ledger with one service on it for each test. */
export function useLedger(setUp: SetUp) {
  const scene = {
    ledger: undefined as unknown as LedgerProcess,
    clock: undefined as unknown as TestClock,
    under: undefined as unknown as LedgerUnderTest,
    /** The service ends, and another one starts. */
    async restart(): Promise<void> {
      await scene.ledger.end();
      scene.ledger = await scene.under.open('service');
    },
  };
  beforeEach(async () => {
    scene.under = await setUp();
    scene.clock = scene.under.clock;
    scene.ledger = await scene.under.open('service');
  });
  afterEach(() => scene.under.remove());
  return scene;
}
