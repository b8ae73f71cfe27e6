import { Injectable } from '@nestjs/common';
import type { HistoryQuery } from '../ledger/run-history.js';
import { type FoundRuns, RunSearch } from '../ledger/run-search.js';
import { runJson } from './run-json.js';
import { RunQueries } from './run.queries.js';

/** Runs by the little that is known of them. The ledger has to be open. */
@Injectable()
export class RunSearchQueries {
  constructor(
    private readonly runs: RunQueries,
    private readonly search: RunSearch,
  ) {}

  /**
   * Those whose id begins with `q`; where no run's does, those with `q` in their error. Throws a
   * `TaskUnknownError` for a name that neither a task nor a run has.
   */
  async find(query: HistoryQuery, q: string): Promise<FoundRuns> {
    if (query.task !== undefined) await this.runs.requireKnown(query.task);
    const [named] = await this.runs.list({ idPrefix: q, limit: 1 });
    if (named) return this.byId(query, q);
    const { runs, next } = await this.search.inErrors(query, q);
    return { runs: runs.map(runJson), next };
  }

  private async byId(query: HistoryQuery, idPrefix: string): Promise<FoundRuns> {
    const found = await this.runs.list({ ...query, idPrefix, limit: query.limit + 1 });
    const runs = found.slice(0, query.limit);
    const next = found.length > runs.length ? { before: runs.at(-1)!.id, searchedBackTo: null } : null;
    return { runs, next };
  }
}
