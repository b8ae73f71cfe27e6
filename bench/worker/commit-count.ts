import { StatementSync } from 'node:sqlite';

/** Counts the commits of this process from now on: in WAL mode with `synchronous=FULL`, each waits for the disk. */
export function countCommits(): () => number {
  let commits = 0;
  // Asked of a statement once: its text is made anew each time.
  const known = new Map<StatementSync, boolean>();
  const run = Object.getOwnPropertyDescriptor(StatementSync.prototype, 'run') as PropertyDescriptor;
  Object.defineProperty(StatementSync.prototype, 'run', {
    ...run,
    value: function (this: StatementSync, ...parameters: unknown[]): unknown {
      let isCommit = known.get(this);
      if (isCommit === undefined) known.set(this, (isCommit = this.sourceSQL === 'commit'));
      if (isCommit) commits++;
      return (run.value as (...parameters: unknown[]) => unknown).apply(this, parameters);
    },
  });
  return () => commits;
}
