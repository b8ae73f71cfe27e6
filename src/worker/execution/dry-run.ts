/** A change that a dry run has held back. */
export interface HeldChange {
  readonly method: string;
  readonly path: string;
  /** Its `Idempotency-Key`. */
  readonly key: string | null;
  /** The beginning of what would have been sent. */
  readonly body: string | null;
}

/** What a dry run records in place of its task's result. */
export interface DryRunResult {
  /** How many changes were held back; the first of them are listed. */
  readonly heldBack: number;
  readonly changes: readonly HeldChange[];
  /** What the task returned. */
  readonly result: unknown;
}

/** So that the list fits what a ledger keeps of a result. */
const MAX_LISTED = 100;
const MAX_CHARACTERS = 200;

/** Collects the changes that a run does not make. */
export class DryRun {
  private readonly changes: HeldChange[] = [];
  private heldBack = 0;

  hold({ method, path, key, body }: HeldChange): void {
    this.heldBack++;
    if (this.changes.length >= MAX_LISTED) return;
    this.changes.push({ method, path: cut(path), key: key && cut(key), body: body && cut(body) });
  }

  report(result: unknown): DryRunResult {
    return { heldBack: this.heldBack, changes: this.changes, result: result ?? null };
  }
}

function cut(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}
