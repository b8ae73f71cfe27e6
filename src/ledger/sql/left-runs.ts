import { type Expression, sql, type SqlBool } from 'kysely';
import type { Run, RunStatus } from '../../runs/run.js';
import { isActive, type RunRow, toRun } from './run-queries.js';
import type { Membership } from './sql-store.js';
import { rowsOf, type Transaction } from './transaction.js';

/**
 * Runs that are `running` on record while their process is dead: it could not record that they are
 * interrupted. Who reads is told so, whether or not there is a service to take them over.
 */
export class LeftRuns {
  private constructor(private readonly ids: ReadonlySet<string>) {}

  static *find(members: Pick<Membership, 'living'>): Transaction<LeftRuns> {
    const active = yield* rowsOf((db) => db.selectFrom('runs').select(['id', 'owner', 'status']).where(isActive));
    const running = active.filter(({ status }) => status === 'running');
    const owners = new Set(running.flatMap(({ owner }) => owner ?? []));
    const living = owners.size > 0 ? yield* members.living([...owners]) : owners;
    const left = running.filter(({ owner }) => owner === null || !living.has(owner));
    return new LeftRuns(new Set(left.map(({ id }) => id)));
  }

  toRun(row: RunRow): Run {
    const run = toRun(row);
    return this.ids.has(run.id) ? { ...run, status: 'interrupted' } : run;
  }

  /** A condition for rows of `runs`. */
  haveStatus(statuses: readonly RunStatus[]): Expression<SqlBool> {
    const recorded = sql<SqlBool>`status in (${sql.join(statuses)})`;
    if (this.ids.size === 0) return recorded;
    const isLeft = sql<SqlBool>`id in (${sql.join([...this.ids])})`;
    return statuses.includes('interrupted')
      ? sql<SqlBool>`(${isLeft} or ${recorded} and not ${isLeft} )`
      : sql<SqlBool>`(${recorded} and not ${isLeft})`;
  }
}
