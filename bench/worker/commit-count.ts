import { StatementSync } from 'node:sqlite';

/** Counts the commits of this process from now on: in WAL mode with `synchronous=FULL`, each waits for the disk. */
export function countCommits(): () => number {
  let commits = 0;
  const run = Object.getOwnPropertyDescriptor(StatementSync.prototype, 'run') as PropertyDescriptor;
  Object.defineProperty(StatementSync.prototype, 'run', {
    ...run,
    value: function (this: StatementSync, ...parameters: unknown[]): unknown {
      if (this.sourceSQL === 'commit') commits++;
      return (run.value as (...parameters: unknown[]) => unknown).apply(this, parameters);
    },
  });
  return () => commits;
}
