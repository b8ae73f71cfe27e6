import { DatabaseSync, type StatementSync } from 'node:sqlite';

/**
 * Counts the commits of this process from now on. With WAL and `synchronous=FULL`, each one waits
 * for the disk.
 */
export function countCommits(): () => number {
  let commits = 0;
  const prepare = Object.getOwnPropertyDescriptor(DatabaseSync.prototype, 'prepare') as PropertyDescriptor;
  Object.defineProperty(DatabaseSync.prototype, 'prepare', {
    ...prepare,
    value: function (this: DatabaseSync, sql: string, ...options: unknown[]): StatementSync {
      const statement = (prepare.value as (...parameters: unknown[]) => StatementSync).call(this, sql, ...options);
      if (sql !== 'commit') return statement;
      // Slows only this one statement.
      const run = statement.run.bind(statement);
      return Object.defineProperty(statement, 'run', {
        value: () => {
          commits++;
          return run();
        },
      });
    },
  });
  return () => commits;
}
