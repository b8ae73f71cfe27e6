import { randomBytes } from 'node:crypto';

const LAST_SEQUENCE = 0xfff;
const RANDOM_BYTES = 8;
const POOL = 512 * RANDOM_BYTES;
const HALF_OF_TIME = 2 ** 24;

/**
 * Ids of runs: UUIDs of version 7 (RFC 9562 §5.7) whose order is the order of their making, also within one
 * millisecond (the 12 bits after the version count, §6.2 method 1) and when the clock is set back.
 */
export class RunIds {
  private milliseconds = 0;
  private sequence = 0;
  /** In hexadecimal: two digits for each byte. */
  private pool = '';
  private used = 0;

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
    // In halves of 24 bits: V8 is slow to write a larger number in another base than ten.
    const time = hexadecimal(Math.floor(this.milliseconds / HALF_OF_TIME), 6);
    const rest = hexadecimal(this.milliseconds % HALF_OF_TIME, 6);
    const sequence = hexadecimal(this.sequence, 3);
    const random = this.random();
    return `${time}${rest.slice(0, 2)}-${rest.slice(2)}-7${sequence}-${random.slice(0, 4)}-${random.slice(4)}`;
  }

  /** 64 random bits, the first two of which are the variant's `10`. */
  private random(): string {
    if (this.used === this.pool.length) {
      this.pool = randomPool();
      this.used = 0;
    }
    const start = this.used;
    this.used += 2 * RANDOM_BYTES;
    return this.pool.slice(start, this.used);
  }
}

function randomPool(): string {
  const pool = randomBytes(POOL);
  for (let start = 0; start < POOL; start += RANDOM_BYTES) pool[start] = (pool[start]! & 0x3f) | 0x80;
  return pool.toString('hex');
}

function hexadecimal(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}
