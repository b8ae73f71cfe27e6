import { type FoundRuns, MAX_ERRORS_SEARCHED, RunSearch } from '../../run-search.js';
import type { HistoryQuery, RunHistory } from '../../run-history.js';

export class MemoryRunSearch extends RunSearch {
  constructor(private readonly history: RunHistory) {
    super();
  }

  async inErrors(query: HistoryQuery, text: string, maxErrors = MAX_ERRORS_SEARCHED): Promise<FoundRuns> {
    const { before = 'g', limit } = query;
    const all = await this.history.list({ task: query.task, limit: Infinity });
    const left = all.filter(({ id, error }) => error && id < before);
    const searched = left.slice(0, maxErrors);
    const matching = new Set(
      await this.history.list({ ...query, limit: Infinity }).then((runs) => runs.map(({ id }) => id)),
    );
    const found = searched.filter((run) => matching.has(run.id) && mentions(run.error, text));
    const runs = found.slice(0, limit);
    if (found.length > limit) return { runs, next: { before: runs.at(-1)!.id, searchedBackTo: null } };
    const oldest = searched.at(-1);
    if (!oldest || searched.length === left.length) return { runs, next: null };
    return { runs, next: { before: oldest.id, searchedBackTo: oldest.queuedAt } };
  }
}

function mentions(error: unknown, text: string): boolean {
  return JSON.stringify(error).toLowerCase().includes(text.toLowerCase());
}
