import { type DataTypeNode, Kysely, PostgresAdapter, PostgresDialect, PostgresQueryCompiler, sql } from 'kysely';
import type { PoolClient } from 'pg';
import { LedgerUnavailableError, LedgerUnusableError } from '../../runs/errors.js';
import type { LedgerSchema } from '../sql/ledger.schema.js';
import { LedgerMigrator } from '../sql/migrations/ledger-migrator.js';
import { POSTGRES_DIALECT } from './postgres-dialect.js';
import type { Connection } from './postgres-connections.js';
import { PostgresFailure } from './postgres-failure.js';

const INSUFFICIENT_PRIVILEGE = '42501';

/** How long a process waits for another one that brings the same ledger up to date. */
const MAX_UPGRADE_WAIT = '60s';
/** Waiting for a table, a change of the schema keeps all others waiting, too. */
const MAX_TABLE_WAIT = '5s';

/** The ledger's tables as one connection finds and makes them. */
export class LedgerUpgrade {
  private readonly db: Kysely<LedgerSchema>;

  /** `ledger`: its name in messages. */
  constructor(
    connection: Connection,
    private readonly schema: string,
    private readonly ledger: string,
  ) {
    this.db = new Kysely<LedgerSchema>({ dialect: new LedgerDialect({ pool: poolOf(connection.client) }) });
  }

  /** Null: there is no ledger. Rejects for a newer one, and for tables of another program. */
  async isCurrent(): Promise<boolean | null> {
    return this.transaction(async (db) => {
      const { rows } = await POSTGRES_DIALECT.tableNames.execute(db);
      return rows.length === 0 ? null : this.migrator(db).isCurrent();
    });
  }

  /** Of several processes that try at once one does it. All or nothing. True: it was made anew. */
  async bringUpToDate(): Promise<boolean> {
    return this.transaction(async (db) => {
      await sql`set local statement_timeout = 0`.execute(db);
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(db);
      await sql`set local lock_timeout = ${sql.lit(MAX_UPGRADE_WAIT)}`.execute(db);
      await sql`select pg_advisory_xact_lock(hashtext(${`task-worker ledger ${this.schema}`}))`.execute(db);
      await sql`set local lock_timeout = ${sql.lit(MAX_TABLE_WAIT)}`.execute(db);
      if (!(await this.hasSchema(db))) await db.schema.createSchema(this.schema).execute();
      await this.requireRights(db);
      const { rows } = await POSTGRES_DIALECT.tableNames.execute(db);
      const migrator = this.migrator(db);
      if (!(await migrator.isCurrent())) await migrator.migrate();
      return rows.length === 0;
    });
  }

  /** Asked first: once a statement was refused, the transaction can tell no more. */
  private async requireRights(db: Kysely<LedgerSchema>): Promise<void> {
    const asked = await sql<{ may: boolean }>`select has_schema_privilege(${this.schema}, 'create') as may`.execute(db);
    if (asked.rows[0]?.may === true) return;
    const refusal = new Error(`permission denied to create tables in schema ${this.schema}`);
    throw Object.assign(refusal, { code: INSUFFICIENT_PRIVILEGE });
  }

  private async hasSchema(db: Kysely<LedgerSchema>): Promise<boolean> {
    const found = await sql`select 1 from pg_namespace where nspname = ${this.schema}`.execute(db);
    return found.rows.length > 0;
  }

  private migrator(db: Kysely<LedgerSchema>): LedgerMigrator {
    return new LedgerMigrator(db, { ...POSTGRES_DIALECT, schema: this.schema }, this.ledger);
  }

  /** What is wrong with the ledger itself does not go away by waiting. */
  private async transaction<T>(work: (db: Kysely<LedgerSchema>) => Promise<T>): Promise<T> {
    try {
      return await this.db.transaction().execute(async (db) => {
        await sql`set local search_path to ${sql.id(this.schema)}`.execute(db);
        return work(db);
      });
    } catch (error) {
      if (error instanceof LedgerUnavailableError) throw new LedgerUnusableError(error.message);
      throw PostgresFailure.of(error);
    }
  }
}

class LedgerDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new UnlockedAdapter();
  }

  override createQueryCompiler(): PostgresQueryCompiler {
    return new BytewiseCompiler();
  }
}

/** The upgrade holds a lock of its own, which it also needs to create the schema. */
class UnlockedAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

/** Texts sort and compare by their bytes, as in SQLite, whatever language the database speaks. */
class BytewiseCompiler extends PostgresQueryCompiler {
  protected override visitDataType(node: DataTypeNode): void {
    super.visitDataType(node);
    if (node.dataType === 'text') this.append(' collate "C"');
  }
}

function poolOf(client: PoolClient) {
  const connection = {
    query: client.query.bind(client),
    // Whoever lent the connection takes it back.
    release: () => undefined,
  };
  return { connect: () => Promise.resolve(connection), end: () => Promise.resolve(), options: {} };
}
