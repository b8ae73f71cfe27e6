/** Of one answer, on the wire and decoded. */
export const MAX_BODY_BYTES = 5 * 1024 * 1024;
export const TOO_LARGE = 'larger than 5 MiB';
const EMPTY: Buffer = Buffer.alloc(0);
/** Smaller pieces cost more to keep than to copy. */
const MIN_KEPT_BYTES = 4 * 1024;
const BLOCK_BYTES = 64 * 1024;

/**
 * Collects the bytes of an answer as they arrive. Large pieces are kept as they are; small ones are
 * copied into blocks: to keep a body that arrives byte by byte would take a hundred times its size.
 */
export class AnswerBody {
  /** Bytes so far. */
  length = 0;
  private pieces: Buffer[] = [];
  private block = EMPTY;
  /** Where in the block the bytes begin that are not yet among the pieces, and where they end. */
  private start = 0;
  private end = 0;

  append(piece: Buffer): void {
    // Most answers are one piece.
    if (this.length === 0 || piece.length >= MIN_KEPT_BYTES) this.keep(piece);
    else this.copy(piece);
    this.length += piece.length;
  }

  /** Everything that was appended. Nothing of it stays here. */
  take(): Buffer {
    this.keepCopied();
    const [first = EMPTY, ...more] = this.pieces;
    const body = more.length === 0 ? first : Buffer.concat(this.pieces, this.length);
    this.discard();
    return body;
  }

  discard(): void {
    this.pieces = [];
    this.block = EMPTY;
    this.start = this.end = 0;
  }

  private keep(piece: Buffer): void {
    this.keepCopied();
    this.pieces.push(piece);
  }

  private copy(piece: Buffer): void {
    if (this.end + piece.length > this.block.length) {
      this.keepCopied();
      this.block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      this.start = this.end = 0;
    }
    this.end += piece.copy(this.block, this.end);
  }

  private keepCopied(): void {
    if (this.end > this.start) this.pieces.push(this.block.subarray(this.start, this.end));
    this.start = this.end;
  }
}
