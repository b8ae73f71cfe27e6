import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock } from '../../time/clock.js';
import { RunIds } from '../sql/new-run.js';
import type { LedgerWriter, WriterRole } from '../sql/sql-store.js';
import { firstOf, type Transaction } from '../sql/transaction.js';
import { Members } from './members.js';
import type { PostgresTransactions } from './postgres-transactions.js';
import type { LeaseParts, ProcessLease } from './process-lease.js';

/** This process as one of those that write to the ledger. */
export class PostgresProcess implements LedgerWriter {
  processId = randomUUID();
  readonly name = `${hostname()}/${process.pid}`;
  readonly runIds = new RunIds();
  readonly members: Members;

  /** `lease`: null in specs that take no longer than a lease. */
  constructor(
    readonly role: WriterRole,
    private readonly transactions: PostgresTransactions,
    private readonly clock: Clock,
    private readonly lease: ProcessLease | null,
    readonly offer?: LedgerWriter['offer'],
  ) {
    this.members = new Members(role, lease ?? { mayJudge: false });
  }

  /** Resolves when it is on record and, with a lease, was heard of for the first time. */
  async enter(parts: Omit<LeaseParts, 'processId' | 'enterAnew'>): Promise<void> {
    await this.transactions.write(({ perform }) => perform(() => this.begin()));
    const { processId } = this;
    await this.lease?.start({ ...parts, processId, enterAnew: () => this.enterAnew() });
  }

  async leave(): Promise<void> {
    await this.lease?.stop();
    await this.transactions.write(({ perform }) => perform(() => this.members.leave(this.processId)));
  }

  /** Others have taken it for dead: what its old id owns is theirs. */
  private async enterAnew(): Promise<string> {
    this.processId = randomUUID();
    await this.transactions.write(({ perform }) => perform(() => this.begin()));
    return this.processId;
  }

  private *begin(): Transaction<void> {
    yield* this.members.enter(this.processId, this.clock.now().getTime());
    const newest = yield* firstOf((db) => db.selectFrom('runs').select('id').orderBy('id', 'desc').limit(1));
    if (newest) this.runIds.startAfter(newest.id);
  }
}
