/**
 * Up to here memory comes from malloc, which has it at hand: fresh pages would cost a body of 200 kB a sixth more CPU.
 * Beyond, it is a mapping of its own, which grows in place and leaves no holes in the process when it goes.
 */
const SMALL = 256 * 1024;

/** Bytes that are appended to memory outside the heap, which can be given back at once. */
export class GrowingMemory {
  private bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  private length = 0;

  /** `most`: more bytes than this are never appended. */
  constructor(private readonly most: number) {}

  append(piece: Uint8Array): void {
    const length = this.length + piece.length;
    if (length > this.bytes.length) this.grow(length);
    this.bytes.set(piece, this.length);
    this.length = length;
  }

  /** A copy of exactly what was appended. */
  copy(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.length));
  }

  /** Left to V8 it would go when some 64 MB of it have gathered. Call once; there is no more to append or to copy. */
  free(): void {
    this.bytes.buffer.transfer(0);
  }

  private grow(length: number): void {
    const size = Math.min(Math.ceil(length / SMALL) * SMALL, this.most);
    if (this.bytes.buffer.resizable) {
      this.bytes.buffer.resize(size);
      return;
    }
    const larger =
      length <= SMALL
        ? Buffer.allocUnsafeSlow(Math.min(2 * length, this.most))
        : new Uint8Array(new ArrayBuffer(size, { maxByteLength: this.most }));
    larger.set(this.bytes.subarray(0, this.length));
    this.free();
    this.bytes = larger;
  }
}
