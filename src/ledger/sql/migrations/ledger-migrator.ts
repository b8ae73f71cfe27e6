import { type Kysely, sql } from 'kysely';
import type { LedgerSchema } from '../ledger.schema.js';
import { ledgerUnavailable } from '../ledger-unavailable.js';
import type { SqlDialect } from '../sql-dialect.js';
import { ledgerMigrations } from './index.js';

const MIGRATION_TABLE = 'ledger_migrations';
/** Migrations below this number only add: a program that does not know one works all the same. */
const FIRST_OF_NEXT_MAJOR = 1_000;

/** Brings the schema of a ledger to the one that this program knows. */
export class LedgerMigrator {
  /** `ledger`: its name in messages. */
  constructor(
    private readonly db: Kysely<LedgerSchema>,
    private readonly dialect: SqlDialect,
    private readonly ledger: string,
    private readonly migrations = ledgerMigrations(dialect),
  ) {}

  /** False for an older or empty ledger. Rejects for a newer one, or one of another program. */
  async isCurrent(): Promise<boolean> {
    const applied = new Set(await this.appliedMigrations());
    const known = Object.keys(this.migrations);
    const isCurrent = known.every((name) => applied.has(name));
    const newer = [...applied].find((name) => !known.includes(name) && !(isCurrent && this.isAddition(name)));
    if (newer === undefined) return isCurrent;
    throw ledgerUnavailable(this.ledger, {
      problem: `was written by a newer version of this program: it has the unknown migration ${newer}`,
      remedy: 'Run that version, or restore the backup from before the upgrade',
    });
  }

  /** Processes of two versions may share a ledger to which the newer one has only added. */
  private isAddition(name: string): boolean {
    return this.dialect.isShared === true && Number.parseInt(name) < FIRST_OF_NEXT_MAJOR;
  }

  /** All or nothing. */
  async migrate(): Promise<void> {
    // Only a start with a new or older ledger pays for loading it.
    const { Migrator } = await import('kysely/migration');
    const { schema } = this.dialect;
    const migrator = new Migrator({
      db: this.db,
      provider: { getMigrations: () => Promise.resolve({ ...this.migrations }) },
      migrationTableName: MIGRATION_TABLE,
      migrationLockTableName: `${MIGRATION_TABLE}_lock`,
      // Without it Kysely takes the tables of any other schema for its own.
      ...(schema !== undefined && { migrationTableSchema: schema }),
    });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error as Error;
  }

  private async appliedMigrations(): Promise<string[]> {
    const { rows: tables } = await this.dialect.tableNames.execute(this.db);
    if (tables.length === 0) return [];
    if (!tables.some(({ name }) => name === MIGRATION_TABLE)) {
      throw ledgerUnavailable(this.ledger, {
        problem: `is a database of another program: it has the table ${tables[0]?.name}`,
        remedy: 'Point DATABASE_URL at one that is only for the ledger',
      });
    }
    const applied = await sql<{ name: string }>`select name from ${sql.table(MIGRATION_TABLE)}`.execute(this.db);
    return applied.rows.map(({ name }) => name);
  }
}
