import type { Selectable } from 'kysely';
import type { ItemRecord } from '../item-ledger.js';
import type { Execution, ItemFailure, OpenItems, RunProgress } from '../run-ledger.js';
import type { ItemCounts, Run, RunError } from '../../runs/run.js';
import type { FailedItemsTable, ItemsTable, RunsTable } from './ledger.schema.js';
import { itemIdOf } from './recorded-text.js';

export type RunRow = Selectable<RunsTable>;

export function toRun(row: RunRow): Run {
  return {
    id: row.id,
    task: row.task,
    trigger: row.trigger,
    slot: toDate(row.slot),
    status: row.status,
    reason: row.reason,
    attempt: row.attempt,
    queuedAt: new Date(row.queued_at),
    startedAt: toDate(row.started_at),
    finishedAt: toDate(row.finished_at),
    items: toValue<ItemCounts>(row.items),
    result: toValue(row.result),
    error: toValue<RunError>(row.error),
  };
}

/** `row` as it is now, running; `before` as an interrupted attempt has left it. */
export function toExecution(row: RunRow, lastSuccess: number | null, before?: RunRow): Execution {
  return {
    run: toRun(row),
    at: new Date(row.at ?? row.started_at ?? row.queued_at),
    lastSuccess: toDate(lastSuccess),
    resume: before ? { ...toProgress(before), crashed: before.status === 'running' } : null,
  };
}

export function toItemFailure(row: Pick<Selectable<FailedItemsTable>, 'item_id' | 'error' | 'attempts'>): ItemFailure {
  return { id: itemIdOf(row.item_id), error: JSON.parse(row.error) as RunError, attempts: row.attempts };
}

export function toItemRecord(row: Selectable<ItemsTable>): ItemRecord {
  return {
    id: itemIdOf(row.item_id),
    failedRuns: row.failed_runs,
    crashes: row.crashes,
    firstFailedAt: new Date(row.first_failed_at),
    lastFailedAt: new Date(row.last_failed_at),
    lastError: row.last_error,
    quarantinedUntil: toDate(row.quarantined_until),
  };
}

export function toDate(instant: number | null): Date | null {
  return instant === null ? null : new Date(instant);
}

function toProgress(row: RunRow): RunProgress {
  const open = toValue<OpenItems>(row.open_items) ?? { pending: [], unconfirmed: [] };
  return { items: toValue<ItemCounts>(row.items), ...open };
}

export function toValue<T>(json: string | null): T | null {
  return json === null ? null : (JSON.parse(json) as T);
}
