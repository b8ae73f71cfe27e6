import type { OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import { LedgerMissingError, LedgerUnavailableError, LedgerUnusableError } from '../../runs/errors.js';
import type { WorkerEvents } from '../../runs/worker-events.js';
import type { Clock } from '../../time/clock.js';
import { StoreClock } from '../../time/store-clock.js';
import { SECOND } from '../../time/duration.js';
import { LedgerConnection, type LedgerRole, type LedgerState } from '../ledger-connection.js';
import { ledgerUnavailable } from '../sql/ledger-unavailable.js';
import type { LedgerWriter, Membership, SqlStore, WriterRole } from '../sql/sql-store.js';
import type { Transaction } from '../sql/transaction.js';
import { clientConfig, type PostgresSettings } from './connection-settings.js';
import { LedgerUpgrade } from './ledger-upgrade.js';
import { beatStatement, KnownMembers } from './members.js';
import { PostgresConnections } from './postgres-connections.js';
import { explained, unusableLedger } from './postgres-failure.js';
import { PostgresProcess } from './postgres-process.js';
import type { LeaseParts, ProcessLease } from './process-lease.js';
import type { BossQueue } from './boss-queue.js';
import { type PostgresTransaction, PostgresTransactions } from './postgres-transactions.js';

const MIN_VERSION = 13;
const RETRY_OPENING_MS = SECOND;
/** A clock that is less far off is not worth a word. */
const MAX_TOLD_OFFSET_MS = SECOND;
const CLOCK = 'select (extract(epoch from clock_timestamp()) * 1000)::bigint as now';

export interface Sharing {
  readonly lease: ProcessLease;
  readonly queue: BossQueue;
}

/** The connections of this process to a ledger in PostgreSQL. The driver is loaded by `open`. */
export class PostgresStore extends LedgerConnection implements SqlStore, OnApplicationShutdown {
  readonly members: Pick<Membership, 'living'> = new KnownMembers();
  private readonly connections: PostgresConnections;
  private opened: Opening | undefined;

  /** `ledger`: its name in messages. */
  constructor(
    private readonly settings: PostgresSettings,
    private readonly ledger: string,
    private readonly clock: Clock,
    private readonly events: WorkerEvents,
    /** How it shares the ledger with others; null in specs that take no longer than a lease. */
    private readonly sharing: Sharing | null = null,
  ) {
    super();
    this.connections = new PostgresConnections(settings);
  }

  /** How to connect to the same ledger beside the pool, as plain data: also for a thread. */
  get clientConfig(): ClientConfig {
    return clientConfig(this.settings, { plain: !this.connections.keepsSessions });
  }

  /** False: behind a pooler that tells nothing to whoever listens. Known once it is open. */
  get canListen(): boolean {
    return this.connections.keepsSessions;
  }

  /** By which the processes on this ledger tell each other to look; null where nothing is told. */
  get channel(): string | null {
    return this.canListen ? this.settings.schema : null;
  }

  get process(): PostgresProcess {
    if (this.opened?.process) return this.opened.process;
    throw this.notOpen();
  }

  get writer(): LedgerWriter {
    return this.process;
  }

  /** As a service it waits for a server that cannot be reached, until `close`. */
  async open(role: LedgerRole): Promise<void> {
    if (this.opened) throw new TypeError('The ledger is opened once');
    const opening = new Opening(this.connections);
    this.opened = opening;
    for (let told = false; ; told = true) {
      try {
        await this.openAs(role, opening);
        return;
      } catch (error) {
        const problem = explained(this.ledger, error);
        const waits = role === 'service' && problem instanceof LedgerUnavailableError && this.opened === opening;
        if (!waits) {
          // A stop may have closed what was opened only then.
          await (this.opened === opening ? this.close() : this.connections.close());
          throw problem;
        }
        if (!told) this.events.emit('ledger.unreachable', { error: problem });
        await sleep(RETRY_OPENING_MS, undefined, { signal: opening.closed }).catch(() => undefined);
      }
    }
  }

  async close(): Promise<void> {
    const { opened } = this;
    this.opened = undefined;
    // What cannot be told now, others find out by the lease.
    await opened?.process?.leave().catch(() => undefined);
    opened?.close();
    await this.connections.close();
  }

  async check(): Promise<LedgerState> {
    try {
      await this.executeSql(beatStatement(this.settings.schema), [this.process.processId]);
      return { writable: true, problem: null };
    } catch (error) {
      const problem = explained(this.ledger, error);
      return { writable: false, problem: problem instanceof Error ? problem.message : String(problem) };
    }
  }

  async clockOffsetMs(): Promise<number> {
    const [asked, { rows }] = [Date.now(), await this.executeSql(CLOCK)];
    // In the middle of the round trip.
    return (rows[0] as { now: number }).now - (asked + Date.now()) / 2;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  async read<T>(begin: () => Transaction<T>): Promise<T> {
    return this.attempt(({ transactions }) => transactions.read(begin));
  }

  async write<T>(begin: () => Transaction<T>): Promise<T> {
    return this.transaction(({ perform }) => perform(begin));
  }

  /**
   * Like `write`, for several steps of which some are not the ledger's own. `work` may be called
   * again, to begin anew, and so changes nothing but the database.
   */
  async transaction<T>(work: (transaction: PostgresTransaction) => Promise<T>): Promise<T> {
    return this.attempt(async ({ transactions }) => {
      const begun = performance.now();
      const value = await transactions.write(work);
      this.events.emit('ledger.committed', { durationMs: performance.now() - begun });
      return value;
    });
  }

  /** One or several statements, each committed by itself, over the connections of the ledger. */
  async executeSql(text: string, values: unknown[] = []): Promise<{ rows: unknown[]; rowCount: number }> {
    return this.attempt(async () =>
      this.connections.use(async (connection) => {
        const { rows, rowCount } = await connection.execute(text, values, false);
        return { rows, rowCount: rowCount ?? 0 };
      }),
    );
  }

  async changeMark(): Promise<number> {
    const { rows } = await this.executeSql('select hashtext(pg_current_snapshot()::text) as mark');
    return (rows[0] as { mark: number }).mark;
  }

  private async openAs(role: LedgerRole, opening: Opening): Promise<void> {
    const { version } = await this.connections.open();
    if (version < MIN_VERSION * 10_000) throw this.tooOld(version);
    const created = await this.connections.use(async (connection) => {
      const upgrade = new LedgerUpgrade(connection, this.settings.schema, this.ledger);
      const current = await upgrade.isCurrent();
      if (current) return false;
      if (role !== 'reader') return upgrade.bringUpToDate();
      throw current === null ? new LedgerMissingError(this.ledger) : this.older();
    });
    if (created) this.events.emit('ledger.created', { file: this.ledger });
    if (role !== 'reader') await opening.enter(this.processFor(role, opening.transactions), this.leaseParts);
    // A stop may have overtaken the start.
    if (this.opened !== opening) throw this.notOpen();
  }

  private processFor(role: WriterRole, transactions: PostgresTransactions): PostgresProcess {
    const { lease = null, queue } = this.sharing ?? {};
    const offer = queue && role === 'service' ? (runs: readonly string[]) => queue.offer(runs) : undefined;
    return new PostgresProcess(role, transactions, this.clock, lease, offer);
  }

  private get leaseParts(): Omit<LeaseParts, 'processId' | 'enterAnew'> {
    return {
      connection: this.clientConfig,
      channel: this.channel,
      statement: beatStatement(this.settings.schema),
      onClock: (offsetMs, errorMs) => {
        if (!(this.clock instanceof StoreClock) || !this.clock.follow(offsetMs, errorMs)) return;
        if (Math.abs(offsetMs) > MAX_TOLD_OFFSET_MS) this.events.emit('worker.clock_off', { offsetMs });
      },
    };
  }

  private async attempt<T>(work: (opened: Opening) => Promise<T>): Promise<T> {
    if (!this.opened) throw this.notOpen();
    try {
      return await work(this.opened);
    } catch (error) {
      const problem = explained(this.ledger, error);
      // Whoever had it open tries again: rights and passwords come back, too.
      if (problem instanceof LedgerUnusableError) throw new LedgerUnavailableError(problem.message, { cause: error });
      throw problem;
    }
  }

  private tooOld(version: number): LedgerUnusableError {
    const problem = `is on PostgreSQL ${Math.floor(version / 10_000)}`;
    return unusableLedger(this.ledger, { problem, remedy: `Use version ${MIN_VERSION} or newer` });
  }

  private older(): LedgerUnavailableError {
    return ledgerUnavailable(this.ledger, {
      problem: 'was written by an older version of this program',
      remedy: 'Start the service once, or run `worker migrate`: it brings the ledger up to date',
    });
  }

  private notOpen(): LedgerUnavailableError {
    return new LedgerUnavailableError(`The ledger ${this.ledger} is not open for this`);
  }
}

/** From `open` to `close`. */
class Opening {
  readonly transactions: PostgresTransactions;
  process: PostgresProcess | undefined;
  private readonly closing = new AbortController();

  constructor(connections: PostgresConnections) {
    this.transactions = new PostgresTransactions(connections, this.closing.signal);
  }

  get closed(): AbortSignal {
    return this.closing.signal;
  }

  async enter(process: PostgresProcess, parts: Parameters<PostgresProcess['enter']>[0]): Promise<void> {
    await process.enter(parts);
    this.process = process;
  }

  close(): void {
    this.closing.abort();
  }
}
