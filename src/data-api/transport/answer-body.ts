/** Decoded bytes of one answer. */
export const LARGEST_BODY = 5 * 1024 * 1024;
/** Bytes of all answers that are arriving: many large ones at once would otherwise add up. */
const LARGEST_SUM = 16 * 1024 * 1024;
const BLOCK = 64 * 1024;
const EMPTY: Buffer = Buffer.alloc(0);

/** The bytes of all answers that are arriving. */
export class ArrivingBytes {
  sum = 0;
}

/**
 * Collects the bytes of an answer as they come. Most answers come in one piece, which is not copied. Others are copied
 * into blocks: to keep the pieces would cost a hundred times the size of a body that comes byte by byte.
 */
export class AnswerBody {
  private readonly blocks: Buffer[] = [];
  private first: Buffer | undefined;
  private length = 0;
  private room = 0;

  constructor(private readonly arriving: ArrivingBytes) {}

  /** Call `release` in the end, and at once when it does not fit: it is `too large`, or all together are. */
  append(chunk: Buffer): 'fits' | 'too large' | 'too crowded' {
    this.length += chunk.length;
    this.arriving.sum += chunk.length;
    if (this.length > LARGEST_BODY) return 'too large';
    if (this.arriving.sum > LARGEST_SUM) return 'too crowded';
    if (this.first === undefined) {
      this.first = chunk;
    } else {
      if (this.blocks.length === 0) this.copy(this.first);
      this.copy(chunk);
    }
    return 'fits';
  }

  /** Everything that was appended. */
  join(): Buffer {
    if (this.blocks.length === 0) return this.first ?? EMPTY;
    return Buffer.concat(this.blocks, this.length);
  }

  release(): void {
    this.arriving.sum -= this.length;
    this.blocks.length = 0;
    this.first = undefined;
    this.length = 0;
    this.room = 0;
  }

  private copy(chunk: Buffer): void {
    for (let copied = 0; copied < chunk.length;) {
      if (this.room === 0) {
        this.blocks.push(Buffer.allocUnsafeSlow(BLOCK));
        this.room = BLOCK;
      }
      const written = chunk.copy(this.blocks.at(-1) as Buffer, BLOCK - this.room, copied);
      copied += written;
      this.room -= written;
    }
  }
}
