/** Bytes that all arriving answers may have together before they take turns. */
const FREE_FOR_ALL_BYTES = 4 * 1024 * 1024;
/** Bytes that an answer may have in any case: short ones do not wait for long ones. */
const FREE_FOR_EACH_BYTES = 32 * 1024;

/** An answer whose bytes are arriving. */
export interface ArrivingAnswer {
  /** Bytes so far. */
  readonly length: number;
  /** Stops reading: what is on its way stays with the sender. */
  pause(): void;
  resume(): void;
}

/**
 * Bounds the memory of answers that arrive at the same time. Over the limit, large answers wait and
 * one alone reads on, however slowly: so each honest one is read to its end, in the order in which
 * they began to wait. How long an answer may take, waiting included, is not decided here.
 */
export class Backpressure {
  private arriving = 0;
  private readonly waiting = new Set<ArrivingAnswer>();
  /** Reads on even over the limit. */
  private exempt: ArrivingAnswer | undefined;
  private resuming = false;

  /** Call with each piece, which the answer's `length` includes. May pause the answer. */
  arrived(answer: ArrivingAnswer, bytes: number): void {
    this.arriving += bytes;
    if (this.arriving <= FREE_FOR_ALL_BYTES || answer.length <= FREE_FOR_EACH_BYTES || answer === this.exempt) return;
    if (this.exempt === undefined) {
      this.exempt = answer;
    } else {
      this.waiting.add(answer);
      answer.pause();
    }
  }

  /** Call once, however the answer ends: its bytes no longer count, and it is not resumed. */
  finished(answer: ArrivingAnswer): void {
    this.arriving -= answer.length;
    if (answer === this.exempt) this.exempt = undefined;
    if (this.waiting.size === 0) return;
    this.waiting.delete(answer);
    this.resumeSoon();
  }

  /** Not from within the parser of another answer, which undici does not survive. */
  private resumeSoon(): void {
    if (this.resuming) return;
    this.resuming = true;
    setImmediate(() => {
      this.resuming = false;
      this.resumeWaiting();
    });
  }

  private resumeWaiting(): void {
    for (const answer of this.waiting) {
      if (this.arriving > FREE_FOR_ALL_BYTES) {
        if (this.exempt !== undefined) return;
        this.exempt = answer;
      }
      this.waiting.delete(answer);
      answer.resume();
    }
  }
}
