import { Injectable } from '@nestjs/common';
import { ItemLedger, type ItemRecord } from '../ledger/item-ledger.js';
import { type HistoryQuery, RunHistory } from '../ledger/run-history.js';
import type { ItemFailure } from '../ledger/run-ledger.js';
import type { Run } from '../runs/run.js';
import { failedItemJson, runJson } from './run-json.js';
import { TaskQueries } from './task.queries.js';
import { RunUnknownError } from './unknown-name.errors.js';

/** The runs as CLI, API and console show them. The ledger has to be open. */
@Injectable()
export class RunQueries {
  constructor(
    private readonly tasks: TaskQueries,
    private readonly history: RunHistory,
    private readonly items: ItemLedger,
  ) {}

  /** Newest first. Throws a `TaskUnknownError` for a name that neither a task nor a run has. */
  async list(query: HistoryQuery): Promise<readonly Run[]> {
    const runs = await this.history.list(query);
    if (query.task !== undefined && runs.length === 0) await this.requireKnown(query.task);
    return runs.map(runJson);
  }

  /** A task that was removed keeps its history: only a name without any is taken for a mistake. */
  async requireKnown(task: string): Promise<void> {
    const [run] = await this.history.list({ task, limit: 1 });
    if (!run) this.tasks.get(task);
  }

  /** By the beginning of its id. Throws a `RunUnknownError` or a `RunAmbiguousError`. */
  async get(id: string): Promise<Run> {
    const run = await this.history.find(id);
    if (!run) throw new RunUnknownError(id);
    return runJson(run);
  }

  /** The active run of a task, if there is one. */
  async active(task: string): Promise<Run | undefined> {
    const [run] = await this.history.list({ task, statuses: ['running', 'interrupted'], limit: 1 });
    return run && runJson(run);
  }

  async failedItems({ id }: Run): Promise<readonly ItemFailure[]> {
    return (await this.history.failedItems(id)).map(failedItemJson);
  }

  /** What is remembered of a task's items over runs, by their ids. */
  troubledItems(task: string): Promise<ReadonlyMap<string, ItemRecord>> {
    return this.items.troubled(task);
  }
}
