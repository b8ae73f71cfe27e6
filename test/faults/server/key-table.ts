/** What the server knows of one `Idempotency-Key`. */
export interface KeyRecord {
  readonly key: string;
  /** The business operation it was first used for, such as `process:17`. */
  readonly operation: string;
  /** Requests that carried it. */
  requests: number;
  /** Times that the operation took effect: 0 or 1. */
  effects: number;
  /** Requests that came while an earlier one was being worked on. */
  conflicts: number;
  /** The first answer, which every repeat gets. */
  answer: { readonly status: number; readonly body: unknown } | undefined;
}

export type Admission = 'new' | 'in flight' | 'answered' | 'key of another operation';

/** Counts requests and effects by key and by operation: the evidence for "exactly once". */
export class KeyTable {
  private readonly records = new Map<string, KeyRecord>();
  private readonly effectsByOperation = new Map<string, number>();

  admit(key: string, operation: string): { readonly record: KeyRecord; readonly admission: Admission } {
    const known = this.records.get(key);
    if (!known) {
      const record: KeyRecord = { key, operation, requests: 1, effects: 0, conflicts: 0, answer: undefined };
      this.records.set(key, record);
      return { record, admission: 'new' };
    }
    known.requests++;
    if (known.operation !== operation) return { record: known, admission: 'key of another operation' };
    if (known.answer) return { record: known, admission: 'answered' };
    known.conflicts++;
    return { record: known, admission: 'in flight' };
  }

  effect(operation: string, record?: KeyRecord): void {
    if (record) record.effects++;
    this.effectsByOperation.set(operation, this.effectsOf(operation) + 1);
  }

  effectsOf(operation: string): number {
    return this.effectsByOperation.get(operation) ?? 0;
  }

  get keys(): readonly KeyRecord[] {
    return [...this.records.values()];
  }

  get operations(): ReadonlyMap<string, number> {
    return this.effectsByOperation;
  }

  /** Requests beyond the first one of each key. */
  get repeats(): number {
    return this.keys.reduce((sum, { requests }) => sum + requests - 1, 0);
  }
}
