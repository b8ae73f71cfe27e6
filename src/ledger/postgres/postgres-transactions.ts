import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryResult } from 'kysely';
import { performAsync, type Query, type Transaction } from '../sql/transaction.js';
import { POSTGRES_DIALECT } from './postgres-dialect.js';
import type { Connection, PostgresConnections } from './postgres-connections.js';
import { PostgresFailure } from './postgres-failure.js';

const MAX_TRIES_ANEW = 12;
const MAX_TRIES_CONNECTING = 3;
const PAUSE_MS = 25;
const OUTCOME_POLL_MS = 250;

/** A transaction in progress, for several steps of which some are not the ledger's own. */
export interface PostgresTransaction {
  readonly perform: <T>(begin: () => Transaction<T>) => Promise<T>;

  /** Any statement, with `$1`, `$2` for its values. As `pg-boss` wants its `db`. */
  readonly executeSql: (text: string, values?: unknown[]) => Promise<{ rows: unknown[]; rowCount: number }>;
}

/** Performs transactions, again where it helps. What they throw of themselves is passed on. */
export class PostgresTransactions {
  constructor(
    private readonly connections: PostgresConnections,
    /** Aborts when the ledger is closed. */
    private readonly closed: AbortSignal,
  ) {}

  read<T>(begin: () => Transaction<T>): Promise<T> {
    const { keepsSessions, prologue } = this.connections;
    if (keepsSessions) return this.anew(() => this.connections.use((connection) => perform(connection, begin)));
    return this.anew(() =>
      this.connections.use(async (connection) => {
        await connection.query({ text: `begin read only; ${prologue}` });
        try {
          return await perform(connection, begin);
        } finally {
          await connection.query({ text: 'rollback' });
        }
      }),
    );
  }

  /** `work` may be called again, to begin anew. */
  write<T>(work: (transaction: PostgresTransaction) => Promise<T>): Promise<T> {
    return this.anew(() => this.commit(work));
  }

  private async anew<T>(attempt: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof PostgresFailure) || error.kind === 'refused' || this.closed.aborted) throw error;
        if (tries >= (error.kind === 'anew' ? MAX_TRIES_ANEW : MAX_TRIES_CONNECTING)) throw error;
        // By chance: those that were in each other's way shall not meet again.
        await sleep(Math.random() * PAUSE_MS * tries);
      }
    }
  }

  private async commit<T>(work: (transaction: PostgresTransaction) => Promise<T>): Promise<T> {
    let id: string | undefined;
    let value: { readonly of: T } | undefined;
    try {
      return await this.connections.use(async (connection) => {
        id = await this.begin(connection);
        try {
          value = { of: await work(transactionOn(connection)) };
        } catch (error) {
          await connection.query({ text: 'rollback' }).catch(() => undefined);
          throw error;
        }
        const { command } = await connection.query({ text: 'commit' });
        if (command !== 'COMMIT')
          throw new PostgresFailure(new Error('A statement of the transaction failed unnoticed'));
        return value.of;
      });
    } catch (error) {
      // The answer to the commit was lost, not necessarily the commit.
      if (value && id !== undefined && isLost(error) && (await this.isCommitted(id))) return value.of;
      throw error;
    }
  }

  /** Answers the id of the transaction, by which its outcome can be asked for later. */
  private async begin(connection: Connection): Promise<string> {
    const text = `begin; ${this.connections.prologue}select pg_current_xact_id()::text as id`;
    const results = (await connection.query({ text })) as unknown as { rows: { id: string }[] }[];
    return results.at(-1)!.rows[0]!.id;
  }

  /** Waits until the server can tell, or the ledger is closed. */
  private async isCommitted(id: string): Promise<boolean> {
    for (;;) {
      try {
        const text = 'select pg_xact_status($1::xid8) as status';
        const asked = this.connections.use(({ query }) => query<{ status: string }>({ text, values: [id] }));
        const { status } = (await asked).rows[0]!;
        if (status !== 'in progress') return status === 'committed';
      } catch (error) {
        if (!isLost(error) || this.closed.aborted) throw error;
      }
      await sleep(OUTCOME_POLL_MS);
    }
  }
}

function transactionOn(connection: Connection): PostgresTransaction {
  return {
    perform: (begin) => perform(connection, begin),
    executeSql: async (text, values = []) => {
      const { rows, rowCount } = await connection.execute(text, values, false);
      return { rows, rowCount: rowCount ?? 0 };
    },
  };
}

function perform<T>(connection: Connection, begin: () => Transaction<T>): Promise<T> {
  return performAsync(begin(), (query) => answer(connection, query));
}

async function answer(connection: Connection, query: Query): Promise<QueryResult<unknown>> {
  const { sql, parameters, reused = false } = query(POSTGRES_DIALECT);
  const { rows, rowCount, command } = await connection.execute(sql, parameters, reused);
  return command === 'SELECT' ? { rows } : { rows, numAffectedRows: BigInt(rowCount ?? 0) };
}

function isLost(error: unknown): boolean {
  return error instanceof PostgresFailure && error.kind === 'lost';
}
