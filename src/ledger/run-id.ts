import { randomFillSync } from 'node:crypto';

const LAST_SEQUENCE = 0xfff;
const RANDOM_BYTES = 8;
const POOL = 512 * RANDOM_BYTES;

/**
 * Ids of runs: UUIDs of version 7 (RFC 9562 §5.7) whose order is the order of their making, also within one
 * millisecond (the 12 bits after the version count, §6.2 method 1) and when the clock is set back.
 */
export class RunIds {
  private milliseconds = 0;
  private sequence = 0;
  private readonly pool = Buffer.alloc(POOL);
  private used = POOL;

  /** Makes every id from now on sort after this one. */
  startAfter(id: string): void {
    const milliseconds = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
    const sequence = Number.parseInt(id.slice(15, 18), 16);
    if (!(milliseconds >= this.milliseconds)) return;
    this.milliseconds = milliseconds;
    this.sequence = sequence;
  }

  next(now: number): string {
    if (now > this.milliseconds) {
      this.milliseconds = now;
      this.sequence = 0;
    } else if (this.sequence < LAST_SEQUENCE) {
      this.sequence++;
    } else {
      this.milliseconds++;
      this.sequence = 0;
    }
    return this.format();
  }

  private format(): string {
    const time = this.milliseconds.toString(16).padStart(12, '0');
    const sequence = this.sequence.toString(16).padStart(3, '0');
    const random = this.random();
    return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${random.slice(0, 4)}-${random.slice(4)}`;
  }

  /** 64 random bits, the first two of which are the variant's `10`. */
  private random(): string {
    if (this.used === POOL) {
      randomFillSync(this.pool);
      this.used = 0;
    }
    const start = this.used;
    this.used += RANDOM_BYTES;
    this.pool[start] = (this.pool[start]! & 0x3f) | 0x80;
    return this.pool.toString('hex', start, this.used);
  }
}
