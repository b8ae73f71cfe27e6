import type { ItemLedger, ItemRecord } from '../../ledger/item-ledger.js';
import { ItemQuarantinedError } from '../../runs/errors.js';
import type { BatchContext } from './batch-context.js';

/**
 * Crashes after which an item is a suspect: it is held back, and then tried on its own, so that a
 * further crash names the culprit. Crashes before that count no further than this.
 */
const SUSPECT_AFTER_CRASHES = 2;
const QUARANTINE_AFTER_CRASHES = 3;

export interface Quarantine {
  readonly until: Date;
  readonly error: ItemQuarantinedError;
}

/** What is known against items of a task from earlier runs and attempts. */
export class TroubledItems {
  private readonly holdsBack: boolean;

  /** `diedWith`: what was in work when the process died; null: it did not die. */
  private constructor(
    private readonly ledger: ItemLedger,
    private readonly task: string,
    private records: ReadonlyMap<string, ItemRecord>,
    diedWith: readonly string[] | null,
  ) {
    this.holdsBack = diedWith === null || diedWith.some((id) => this.hasCrashedRepeatedly(id));
  }

  /** What was in work when the process died is suspected of it, until it is done. */
  static async load(ledger: ItemLedger, { task, resume, isDryRun }: BatchContext): Promise<TroubledItems> {
    const records = await ledger.troubled(task);
    if (!resume?.crashed) return new TroubledItems(ledger, task, records, null);
    // An attempt without a checkpoint had begun nothing: what is pending is from the one before.
    const diedWith = resume.crashes > 1 ? [] : resume.pending;
    const blamed = diedWith.filter((id) => resume.onTrial || crashesOf(records.get(id)) < SUSPECT_AFTER_CRASHES);
    if (isDryRun || blamed.length === 0) return new TroubledItems(ledger, task, records, diedWith);
    await ledger.recordCrash(task, blamed);
    return new TroubledItems(ledger, task, await ledger.troubled(task), diedWith);
  }

  /** Another replica died while it had these in work. */
  async suspect(ids: readonly string[]): Promise<void> {
    const blamed = ids.filter((id) => !this.hasCrashedRepeatedly(id));
    if (blamed.length === 0) return;
    await this.ledger.recordCrash(this.task, blamed);
    this.records = await this.ledger.troubled(this.task);
  }

  isKnown(id: string): boolean {
    return this.records.has(id);
  }

  /**
   * Whether to hold the item back. None is after an attempt that died without any suspect in work:
   * whatever else it dies of could keep them back for ever.
   */
  isSuspect(id: string): boolean {
    return this.holdsBack && this.hasCrashedRepeatedly(id);
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

  private hasCrashedRepeatedly(id: string): boolean {
    return crashesOf(this.records.get(id)) >= SUSPECT_AFTER_CRASHES;
  }
}

function crashesOf(record: ItemRecord | undefined): number {
  return record?.crashes ?? 0;
}
