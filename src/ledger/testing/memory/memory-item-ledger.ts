import type { Run } from '../../../runs/run.js';
import { ItemLedger, type ItemRecord } from '../../item-ledger.js';
import type { Checkpoint } from '../../run-ledger.js';
import { quarantinedUntil } from '../../sql/quarantine.js';
import { cutMessage, errorText } from '../../sql/recorded-text.js';
import type { MemoryProcess } from './memory-process.js';
import type { StoredItem } from './memory-records.js';

export class MemoryItemLedger extends ItemLedger {
  constructor(private readonly process: MemoryProcess) {
    super();
  }

  async troubled(task: string): Promise<ReadonlyMap<string, ItemRecord>> {
    const items = [...this.process.requireOpen().records.items(task).values()];
    return new Map(items.map(({ lastFailedRun: _, ...record }) => [record.id, record]));
  }

  async recordCrash(task: string, ids: readonly string[]): Promise<void> {
    this.process.requireOpen();
    const lastError = 'The process ended while it was in work';
    for (const id of new Set(ids)) this.change(task, id, ({ crashes }) => ({ crashes: crashes + 1, lastError }));
  }

  update({ id: runId, task }: Run, { failures, recovered }: Checkpoint): void {
    const { records } = this.process;
    const failed = records.failures(runId);
    for (const failure of failures) {
      const error = JSON.parse(errorText(failure.error)) as typeof failure.error;
      if (!failure.unlisted) failed.set(failure.id, { ...failure, error });
      if (failure.attempts === 0) continue;
      this.change(task, failure.id, ({ failedRuns, lastFailedRun }) => ({
        failedRuns: failedRuns + (lastFailedRun === runId ? 0 : 1),
        crashes: 0,
        lastFailedRun: runId,
        lastError: cutMessage(failure.error.message),
      }));
    }
    for (const id of recovered) {
      failed.delete(id);
      records.items(task).delete(id);
    }
  }

  private change(task: string, id: string, changes: (item: StoredItem) => Partial<StoredItem>): void {
    const items = this.process.records.items(task);
    const now = this.process.now();
    const before = items.get(id) ?? fresh(id, now);
    const item = { ...before, lastFailedAt: now, ...changes(before) };
    const until = quarantinedUntil({ failed_runs: item.failedRuns, crashes: item.crashes }, now.getTime());
    items.set(id, { ...item, quarantinedUntil: until === null ? null : new Date(until) });
  }
}

function fresh(id: string, now: Date): StoredItem {
  const times = { firstFailedAt: now, lastFailedAt: now, quarantinedUntil: null };
  return { id, failedRuns: 0, crashes: 0, lastError: '', lastFailedRun: null, ...times };
}
