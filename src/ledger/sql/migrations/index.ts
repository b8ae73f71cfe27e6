import type { Migration } from 'kysely/migration';
import { runs } from './0001-runs.migration.js';

/** Every migration, in the order of its name. A released one is never changed: add the next. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-runs': runs,
};
