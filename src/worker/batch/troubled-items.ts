import type { ItemLedger, ItemRecord } from '../../ledger/item-ledger.js';
import { ItemQuarantinedError } from '../../runs/errors.js';
import type { BatchContext } from './batch-context.js';

/**
 * Crashes in a row after which an item is tried on its own, so that a further crash names the
 * culprit.
 */
const SUSPECT_AFTER_CRASHES = 2;
const QUARANTINE_AFTER_CRASHES = 3;

export interface Quarantine {
  readonly until: Date;
  readonly error: ItemQuarantinedError;
}

/** What is known against items of a task from earlier runs and attempts. */
export class TroubledItems {
  private constructor(private readonly records: ReadonlyMap<string, ItemRecord>) {}

  /** What was in work when the process died is suspected of it, until it is done. */
  static async load(ledger: ItemLedger, { task, resume, isDryRun }: BatchContext): Promise<TroubledItems> {
    if (resume?.crashed && resume.pending.length > 0 && !isDryRun) await ledger.recordCrash(task, resume.pending);
    return new TroubledItems(await ledger.troubled(task));
  }

  isKnown(id: string): boolean {
    return this.records.has(id);
  }

  isSuspect(id: string): boolean {
    return (this.records.get(id)?.crashes ?? 0) >= SUSPECT_AFTER_CRASHES;
  }

  /** Undefined when the item may be tried. */
  quarantineOf(id: string, now: Date): Quarantine | undefined {
    const record = this.records.get(id);
    const until = record?.quarantinedUntil;
    if (!record || !until || until <= now) return undefined;
    const cause =
      record.crashes >= QUARANTINE_AFTER_CRASHES
        ? `the process ended ${record.crashes} times while it was in work`
        : `it failed in ${record.failedRuns} runs in a row, most recently with: ${record.lastError}`;
    return { until, error: new ItemQuarantinedError(until.toISOString(), cause) };
  }
}
