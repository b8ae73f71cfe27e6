import { Injectable } from '@nestjs/common';
import { type Expression, sql, type SqlBool } from 'kysely';
import type { HistoryQuery } from '../run-history.js';
import { type FoundRuns, MAX_ERRORS_SEARCHED, RunSearch } from '../run-search.js';
import { LeftRuns } from './left-runs.js';
import { hasError } from './run-queries.js';
import { isOf } from './run-selection.js';
import { SqlStore } from './sql-store.js';
import { rowsOf, type Transaction } from './transaction.js';

@Injectable()
export class SqlRunSearch extends RunSearch {
  constructor(private readonly store: SqlStore) {
    super();
  }

  async inErrors(query: HistoryQuery, text: string, maxErrors = MAX_ERRORS_SEARCHED): Promise<FoundRuns> {
    return this.store.read(() => this.search(query, text, maxErrors));
  }

  private *search(query: HistoryQuery, text: string, maxErrors: number): Transaction<FoundRuns> {
    const { statuses, triggers, limit } = query;
    const left = yield* LeftRuns.find(this.store.members);
    const oldest = yield* oldestOf(maxErrors, query);
    const rows = yield* rowsOf((db) => {
      let found = db.selectFrom('runs').selectAll().where(hasError).where(isOf(query)).where(mentions(text));
      if (oldest) found = found.where('id', '>=', oldest.id);
      if (statuses) found = found.where(left.haveStatus(statuses));
      if (triggers) found = found.where('trigger', 'in', triggers);
      return found.orderBy('id', 'desc').limit(limit + 1);
    });
    const runs = rows.slice(0, limit).map((row) => left.toRun(row));
    if (rows.length > limit) return { runs, next: { before: runs.at(-1)!.id, searchedBackTo: null } };
    if (!oldest) return { runs, next: null };
    return { runs, next: { before: oldest.id, searchedBackTo: new Date(oldest.queued_at) } };
  }
}

/** Undefined where no more errors than that are left to search. */
function* oldestOf(maxErrors: number, query: HistoryQuery): Transaction<{ id: string; queued_at: number } | undefined> {
  const bounds = yield* rowsOf((db) =>
    db
      .selectFrom('runs')
      .select(['id', 'queued_at'])
      .where(hasError)
      .where(isOf(query))
      .orderBy('id', 'desc')
      .limit(2)
      .offset(maxErrors - 1),
  );
  return bounds.length === 2 ? bounds[0] : undefined;
}

function mentions(text: string): Expression<SqlBool> {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return sql<SqlBool>`lower(error) like lower(${pattern}) escape '\\'`;
}
