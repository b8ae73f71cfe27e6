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

  /** Whether the id of any run begins with this text. */
  async beginsAnId(text: string): Promise<boolean> {
    return (await this.runs.list({ idPrefix: text, limit: 1 })).length > 0;
  }

  /**
   * The runs of `query` with `text` in their error. Throws a `TaskUnknownError` for a name that
   * neither a task nor a run has.
   */
  async inErrors(query: HistoryQuery, text: string): Promise<FoundRuns> {
    if (query.task !== undefined) await this.runs.requireKnown(query.task);
    const { runs, next } = await this.search.inErrors(query, text);
    return { runs: runs.map(runJson), next };
  }
}
