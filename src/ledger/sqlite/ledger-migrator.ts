import { type Kysely, sql } from 'kysely';
import type { LedgerSchema } from '../sql/ledger.schema.js';
import { ledgerUnavailable } from './ledger-problem.js';
import { MIGRATIONS } from '../sql/migrations/index.js';

const MIGRATION_TABLE = 'ledger_migrations';

/** Brings the schema of a ledger to the one that this program knows. */
export class LedgerMigrator {
  constructor(
    private readonly db: Kysely<LedgerSchema>,
    private readonly file: string,
    private readonly migrations = MIGRATIONS,
  ) {}

  /** False for an older or an empty ledger. Rejects for a newer one, and for a database that is not a ledger. */
  async isCurrent(): Promise<boolean> {
    const applied = await this.appliedMigrations();
    const newer = applied.find((name) => !(name in this.migrations));
    if (newer === undefined) return applied.length === Object.keys(this.migrations).length;
    throw ledgerUnavailable(this.file, {
      problem: `was written by a newer version of this program: it has the unknown migration ${newer}`,
      remedy: 'Run that version, or restore the backup from before the upgrade',
    });
  }

  /** All or nothing. */
  async migrate(): Promise<void> {
    // Only a start with a new or older ledger pays for loading it.
    const { Migrator } = await import('kysely/migration');
    const migrator = new Migrator({
      db: this.db,
      provider: { getMigrations: () => Promise.resolve({ ...this.migrations }) },
      migrationTableName: MIGRATION_TABLE,
      migrationLockTableName: `${MIGRATION_TABLE}_lock`,
    });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error as Error;
  }

  private async appliedMigrations(): Promise<string[]> {
    const tables = await sql<{ name: string }>`select name from sqlite_schema where type = 'table'`.execute(this.db);
    if (tables.rows.length === 0) return [];
    if (!tables.rows.some(({ name }) => name === MIGRATION_TABLE)) {
      throw ledgerUnavailable(this.file, {
        problem: `is a database of another program: it has the table ${tables.rows[0]?.name}`,
        remedy: 'Let DATABASE_URL name a file of its own',
      });
    }
    const applied = await sql<{ name: string }>`select name from ${sql.table(MIGRATION_TABLE)}`.execute(this.db);
    return applied.rows.map(({ name }) => name);
  }
}
