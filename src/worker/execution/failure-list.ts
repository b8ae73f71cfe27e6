import type { ItemFailure } from '../../ledger/run-ledger.js';

const MAX_LISTED = 1_000;
/** Items in quarantine fail in every run, for the reason of the run before. */
const MAX_QUARANTINED_LISTED = 100;
const MAX_LISTED_CHARS = 256 * 1024;

/**
 * Which failed items a run lists one by one: the first ones. All are counted, and remembered of the
 * item; but thousands that fail in every run would fill the disk with the same lines.
 */
export class FailureList {
  private listed = 0;
  private quarantined = 0;
  private chars = 0;

  takes({ id, error }: ItemFailure): boolean {
    if (this.listed >= MAX_LISTED || this.chars >= MAX_LISTED_CHARS) return false;
    if (error.code === 'QUARANTINED' && ++this.quarantined > MAX_QUARANTINED_LISTED) return false;
    this.listed += 1;
    this.chars += id.length + error.message.length;
    return true;
  }
}
