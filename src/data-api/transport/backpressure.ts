/** Bytes that all arriving answers may have together before they take turns. */
const FREE_FOR_ALL = 4 * 1024 * 1024;
/** Bytes that an answer may have in any case: short ones do not wait for long ones. */
const FREE_FOR_EACH = 32 * 1024;

/** An answer whose bytes are arriving. */
export interface ArrivingAnswer {
  /** Bytes so far. */
  readonly length: number;
  /** Reads no more: what is on its way stays with the sender. */
  pause(): void;
  resume(): void;
}

/**
 * Bounds the memory of answers that arrive at the same time. As soon as there is too much of them, those that are large
 * wait, and only one reads on, however slow: so each that is honest comes to its end, in the order in which they
 * began to wait. How long an answer may take, waiting included, is its own business.
 */
export class Backpressure {
  private arriving = 0;
  private readonly waiting = new Set<ArrivingAnswer>();
  /** Reads on whatever the others have. */
  private foremost: ArrivingAnswer | undefined;
  private resuming = false;

  /** Call with each piece, which its `length` contains. May pause the answer. */
  arrived(answer: ArrivingAnswer, bytes: number): void {
    this.arriving += bytes;
    if (this.arriving <= FREE_FOR_ALL || answer.length <= FREE_FOR_EACH || answer === this.foremost) return;
    if (this.foremost === undefined) {
      this.foremost = answer;
    } else {
      this.waiting.add(answer);
      answer.pause();
    }
  }

  /** Call once when the answer is over, for whatever reason: its bytes no longer count, and it is not resumed. */
  left(answer: ArrivingAnswer): void {
    this.arriving -= answer.length;
    if (answer === this.foremost) this.foremost = undefined;
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
      if (this.arriving > FREE_FOR_ALL) {
        if (this.foremost !== undefined) return;
        this.foremost = answer;
      }
      this.waiting.delete(answer);
      answer.resume();
    }
  }
}
