import { ItemQuarantinedError } from '../../runs/errors.js';
import type { ItemLedger, ItemRecord } from '../../ledger/item-ledger.js';
import type { TaskContext } from '../authoring/task-context.js';

/** Crashes in a row after which an item is tried on its own, so that a further crash names the culprit. */
const SUSPECT_AFTER = 2;
const QUARANTINE_AFTER = 3;

/** What is known against items of a task from earlier runs and attempts. */
export class ItemTroubles {
  private constructor(private readonly records: ReadonlyMap<string, ItemRecord>) {}

  /** Whatever was in work when the process died is suspected of it, until it is done. */
  static async load(ledger: ItemLedger, task: string, { resume }: TaskContext): Promise<ItemTroubles> {
    if (resume?.crashed && resume.pending.length > 0) await ledger.recordCrash(task, resume.pending);
    return new ItemTroubles(await ledger.troubled(task));
  }

  isKnown(id: string): boolean {
    return this.records.has(id);
  }

  isSuspect(id: string): boolean {
    return (this.records.get(id)?.crashes ?? 0) >= SUSPECT_AFTER;
  }

  /** Why the item is to be left alone now; undefined when it may be tried. */
  quarantineOf(id: string, now: Date): ItemQuarantinedError | undefined {
    const record = this.records.get(id);
    if (!record?.quarantinedUntil || record.quarantinedUntil <= now) return undefined;
    const cause =
      record.crashes >= QUARANTINE_AFTER
        ? `the process ended ${record.crashes} times while it was in work`
        : `it failed in ${record.failedRuns} runs in a row, lately with: ${record.lastError}`;
    return new ItemQuarantinedError(record.quarantinedUntil.toISOString(), cause);
  }
}
