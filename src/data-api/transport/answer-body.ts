import { GrowingMemory } from './growing-memory.js';

/** Decoded bytes of one answer. */
export const LARGEST_BODY = 5 * 1024 * 1024;
const EMPTY: Buffer = Buffer.alloc(0);

/**
 * Collects the bytes of an answer as they come. Most answers come in one piece, which is not copied. Others are copied:
 * to keep the pieces would cost a hundred times the size of a body that comes byte by byte.
 */
export class AnswerBody {
  /** Bytes so far. */
  length = 0;
  private onlyPiece: Buffer = EMPTY;
  private collected: GrowingMemory | undefined;

  /** False, and nothing is appended, when the body would be larger than is believed. */
  append(piece: Buffer): boolean {
    const length = this.length + piece.length;
    if (length > LARGEST_BODY) return false;
    if (this.length === 0) this.onlyPiece = piece;
    else this.collect(piece);
    this.length = length;
    return true;
  }

  /** Everything that was appended. Nothing of it stays here. */
  take(): Buffer {
    const body = this.collected?.copy() ?? this.onlyPiece;
    this.discard();
    return body;
  }

  discard(): void {
    this.onlyPiece = EMPTY;
    this.collected?.free();
    this.collected = undefined;
  }

  private collect(piece: Buffer): void {
    if (!this.collected) {
      this.collected = new GrowingMemory(LARGEST_BODY);
      this.collected.append(this.onlyPiece);
      this.onlyPiece = EMPTY;
    }
    this.collected.append(piece);
  }
}
