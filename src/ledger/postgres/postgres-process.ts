import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock } from '../../time/clock.js';
import { RunIds } from '../sql/run-id.js';
import type { LedgerWriter, WriterRole } from '../sql/sql-store.js';
import { firstOf, type Transaction } from '../sql/transaction.js';
import { Beats } from './beats.js';
import { BEAT, Members } from './members.js';
import type { PostgresTransactions } from './postgres-transactions.js';

/** This process as one of those that write to the ledger. */
export class PostgresProcess implements LedgerWriter {
  processId = randomUUID();
  readonly name = `${hostname()}/${process.pid}`;
  readonly runIds = new RunIds();
  readonly members: Members;
  private readonly beats = new Beats(
    () => this.beat(),
    () => this.enterAnew(),
  );

  constructor(
    readonly role: WriterRole,
    private readonly transactions: PostgresTransactions,
    private readonly clock: Clock,
  ) {
    this.members = new Members(role, this.beats);
  }

  async enter(): Promise<void> {
    await this.transactions.write(({ perform }) => perform(() => this.begin()));
    this.beats.start();
  }

  /** Others have taken it for dead, and its runs over. */
  async enterAnew(): Promise<void> {
    this.processId = randomUUID();
    await this.transactions.write(({ perform }) => perform(() => this.begin()));
  }

  /** Answers whether the ledger knows it as living. */
  async beat(): Promise<boolean> {
    return this.transactions.write(async ({ executeSql }) => (await executeSql(BEAT, [this.processId])).rowCount > 0);
  }

  async leave(): Promise<void> {
    this.beats.stop();
    await this.transactions.write(({ perform }) => perform(() => this.members.leave(this.processId)));
  }

  private *begin(): Transaction<void> {
    yield* this.members.enter(this.processId, this.clock.now().getTime());
    const newest = yield* firstOf((db) => db.selectFrom('runs').select('id').orderBy('id', 'desc').limit(1));
    if (newest) this.runIds.startAfter(newest.id);
  }
}
