import { sql } from 'kysely';
import { hostname } from 'node:os';
import { MINUTE } from '../../time/duration.js';
import { listed } from '../sql/sql-dialect.js';
import type { Membership, WriterRole } from '../sql/sql-store.js';
import { changesOf, firstOf, PreparedQuery, rowsOf, type Transaction } from '../sql/transaction.js';
import { LEASE_MS } from './grace.js';

/** Epoch milliseconds by the clock that all processes share. */
const NOW = '(extract(epoch from clock_timestamp()) * 1000)::bigint';
const now = sql.raw<number>(NOW);

/** Without beats of its own a process judges only who has been dead for long. */
const LONG_DEAD_MS = MINUTE;

/**
 * Tells that a process is alive, and answers the database's clock in ms as `seen_at`, and how many
 * `services` are believed alive. No row when it was taken for dead. `$1`: its id.
 */
export function beatStatement(schema: string): string {
  const services = `select count(*) from ${schema}.processes where role = 'service' and seen_at > ${NOW} - ${LEASE_MS}`;
  return `update ${schema}.processes set seen_at = ${NOW} where id = $1 returning seen_at, (${services}) as services`;
}

const livingAmong = new PreparedQuery<{ ids: string }, { id: string }>((db, value, dialect) =>
  db
    .selectFrom('processes')
    .select('id')
    .where('id', 'in', listed(dialect, value('ids')))
    .where('seen_at', '>', sql<number>`${now} - ${sql.lit(LEASE_MS)}`),
);

/** The processes that have an entry, judged by how long ago they last told that they are alive. */
export class KnownMembers implements Pick<Membership, 'living'> {
  *living(processes: readonly string[]): Transaction<ReadonlySet<string>> {
    const rows = yield* livingAmong.rows({ ids: JSON.stringify(processes) });
    return new Set(rows.map(({ id }) => id));
  }
}

/** What a process has to know of itself before it judges others. */
interface Judge {
  /** False: it was not heard of itself for a while, so that others may live unheard, too. */
  readonly mayJudge: boolean;
}

/** The entry of this process, and those of all others. */
export class Members extends KnownMembers implements Membership {
  constructor(
    private readonly role: WriterRole,
    private readonly judge: Judge,
  ) {
    super();
  }

  /** Enters a process that the ledger does not know. */
  *enter(id: string, startedAt: number): Transaction<void> {
    const entry = { id, role: this.role, pid: process.pid, host: hostname(), started_at: startedAt, seen_at: now };
    yield* changesOf((db) => db.insertInto('processes').values(entry));
  }

  *leave(id: string): Transaction<void> {
    yield* changesOf((db) => db.deleteFrom('processes').where('id', '=', id));
  }

  /** Who has an entry lives. `forgetDead` removes others, who find out before they write again. */
  override *living(processes: readonly string[]): Transaction<ReadonlySet<string>> {
    const ids = JSON.stringify(processes);
    const rows = yield* rowsOf((db, dialect) =>
      db.selectFrom('processes').select('id').where('id', 'in', listed(dialect, ids)),
    );
    return new Set(rows.map(({ id }) => id));
  }

  *hasService(): Transaction<boolean> {
    const service = yield* firstOf((db) =>
      db
        .selectFrom('processes')
        .select('id')
        .where('role', '=', 'service')
        .where('seen_at', '>', sql<number>`${now} - ${sql.lit(LEASE_MS)}`)
        .limit(1),
    );
    return service !== undefined;
  }

  /** A process that tells in this moment that it is alive is left alone. */
  *forgetDead(): Transaction<void> {
    const longMs = this.judge.mayJudge ? LEASE_MS : this.role === 'command' ? LONG_DEAD_MS : null;
    if (longMs === null) return;
    yield* changesOf((db) =>
      db.deleteFrom('processes').where('id', 'in', (dead) =>
        dead
          .selectFrom('processes')
          .select('id')
          .where('seen_at', '<=', sql<number>`${now} - ${sql.lit(longMs)}`)
          .forUpdate()
          .skipLocked(),
      ),
    );
  }
}
