import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import type { QueryResult } from 'kysely';
import { LedgerUnavailableError } from '../../runs/errors.js';
import { RunIds } from '../sql/new-run.js';
import { type LedgerWriter, type Membership, SqlStore, type WriterRole } from '../sql/sql-store.js';
import { LedgerMigrator } from '../sql/migrations/ledger-migrator.js';
import { changesOf, performAsync, type Query, type Transaction } from '../sql/transaction.js';
import { SQLITE_DIALECT } from '../sqlite/sqlite-dialect.js';
import { LedgerDatabase } from '../sqlite/ledger-database.js';

/** What several processes share: a database that answers, and who is believed to be alive. */
export class InterleavedDatabase {
  readonly living = new Map<string, WriterRole>();
  readonly runIds = new RunIds();
  /** Queries so far: any of them may have changed something. */
  changes = 0;
  private readonly database = new LedgerDatabase(new DatabaseSync(':memory:'));

  static async create(): Promise<InterleavedDatabase> {
    const created = new InterleavedDatabase();
    await new LedgerMigrator(created.database.db, SQLITE_DIALECT, 'in memory').migrate();
    return created;
  }

  answer(query: Query): QueryResult<unknown> {
    this.changes++;
    return this.database.read(() => answered(query));
  }

  close(): void {
    this.database.close();
  }
}

/**
 * A store that answers later, as one with a server does, and isolates less than any: between two
 * queries of a transaction all others may have their turn and be seen. What the ledger promises
 * must hold all the same, since a database with several writers keeps it up by single statements
 * only.
 */
export class InterleavingStore extends SqlStore {
  readonly processId = randomUUID();
  private open = true;

  constructor(
    private readonly database: InterleavedDatabase,
    private readonly role: WriterRole,
  ) {
    super();
    database.living.set(this.processId, role);
  }

  get writer(): LedgerWriter {
    this.requireOpen();
    const { processId, role, database } = this;
    return { processId, name: processId, role, runIds: database.runIds, members: this.members };
  }

  /** Puts the process on record. */
  async enter(now: Date): Promise<void> {
    const at = now.getTime();
    const entry = { id: this.processId, role: this.role, pid: process.pid, host: 'here', started_at: at, seen_at: at };
    await this.write(() => changesOf((db) => db.insertInto('processes').values(entry)));
  }

  get members(): Membership {
    return new LivingProcesses(this.database.living);
  }

  async read<T>(begin: () => Transaction<T>): Promise<T> {
    return this.perform(begin());
  }

  async write<T>(begin: () => Transaction<T>): Promise<T> {
    return this.perform(begin());
  }

  async changeMark(): Promise<number> {
    this.requireOpen();
    return this.database.changes;
  }

  end(): void {
    this.open = false;
    this.presumeDead();
  }

  presumeDead(): void {
    this.database.living.delete(this.processId);
  }

  private async perform<T>(transaction: Transaction<T>): Promise<T> {
    this.requireOpen();
    return performAsync(transaction, async (query) => {
      await nextTurn();
      return this.database.answer(query);
    });
  }

  private requireOpen(): void {
    if (!this.open) throw new LedgerUnavailableError('The ledger is not open');
  }
}

class LivingProcesses implements Membership {
  constructor(private readonly ids: ReadonlyMap<string, WriterRole>) {}

  // eslint-disable-next-line require-yield -- nobody has to be asked
  *living(processes: readonly string[]): Transaction<ReadonlySet<string>> {
    return new Set(processes.filter((id) => this.ids.has(id)));
  }

  // eslint-disable-next-line require-yield -- nobody has to be asked
  *hasService(): Transaction<boolean> {
    return [...this.ids.values()].includes('service');
  }

  *forgetDead(): Transaction<void> {}
}

function* answered(query: Query): Transaction<QueryResult<unknown>> {
  return yield query;
}
