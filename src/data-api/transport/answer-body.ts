/** Decoded bytes of one answer. */
export const LARGEST_BODY = 5 * 1024 * 1024;
/** Bytes of all answers that are arriving: many large ones at once would otherwise add up. */
const LARGEST_SUM = 32 * 1024 * 1024;
const EMPTY: Buffer = Buffer.alloc(0);

/** The bytes of all answers that are arriving. */
export class ArrivingBytes {
  sum = 0;
}

/** Collects the bytes of an answer as they come. Most answers come in one piece, which is not copied. */
export class AnswerBody {
  private buffer = EMPTY;
  private length = 0;

  constructor(private readonly arriving: ArrivingBytes) {}

  /** False when it is too much; call `release` then. */
  append(chunk: Buffer): boolean {
    const length = this.length + chunk.length;
    this.arriving.sum += chunk.length;
    if (length > LARGEST_BODY || this.arriving.sum > LARGEST_SUM) {
      this.length = length;
      return false;
    }
    if (this.length === 0) this.buffer = chunk;
    else this.copyBehind(chunk, length);
    this.length = length;
    return true;
  }

  get bytes(): Buffer {
    return this.buffer.length === this.length ? this.buffer : this.buffer.subarray(0, this.length);
  }

  release(): void {
    this.arriving.sum -= this.length;
    this.length = 0;
    this.buffer = EMPTY;
  }

  /** One growing buffer, not a list: a body in pieces of one byte would cost a hundred times its size. */
  private copyBehind(chunk: Buffer, length: number): void {
    if (length > this.buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, this.buffer.length * 2, 4_096));
      this.buffer.copy(grown, 0, 0, this.length);
      this.buffer = grown;
    }
    chunk.copy(this.buffer, this.length);
  }
}
