import { type Expression, sql, type SqlBool } from 'kysely';
import type { HistoryQuery } from '../run-history.js';
import { idsBeginningWith, leastIdAt } from './id-range.js';

/** The condition of a query, but for statuses and triggers: whose index helps depends on them. */
export function isOf({ task, since, until, before, idPrefix }: HistoryQuery): Expression<SqlBool> {
  const conditions = [sql<SqlBool>`true`];
  if (task !== undefined) conditions.push(sql`task = ${task}`);
  if (since !== undefined) conditions.push(sql`id >= ${leastIdAt(since)}`);
  if (until !== undefined) conditions.push(sql`id < ${leastIdAt(until)}`);
  if (before !== undefined) conditions.push(sql`id < ${before}`);
  if (idPrefix !== undefined) {
    const range = idsBeginningWith(idPrefix);
    conditions.push(range ? sql`id between ${range.least} and ${range.greatest}` : sql`false`);
  }
  return sql.join<SqlBool>(conditions, sql` and `);
}
