import { randomUUID } from 'node:crypto';

const LAST_SEQUENCE = 0xfff;

/**
 * Ids of runs: UUIDs of version 7 (RFC 9562 §5.7) whose order is the order of their making, also
 * within one millisecond (the 12 bits after the version count, §6.2 method 1) and when the clock is
 * set back.
 */
export class RunIds {
  private milliseconds = 0;
  private sequence = 0;

  /** Makes every id from now on sort after this one. */
  startAfter(id: string): void {
    const milliseconds = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
    const sequence = Number.parseInt(id.slice(15, 18), 16);
    if (!(milliseconds >= this.milliseconds)) return;
    this.milliseconds = milliseconds;
    this.sequence = sequence;
  }

  next(now: number): string {
    if (now > this.milliseconds || this.sequence === LAST_SEQUENCE) {
      this.milliseconds = Math.max(now, this.milliseconds + 1);
      this.sequence = 0;
    } else {
      this.sequence++;
    }
    const time = hexadecimal(this.milliseconds, 12);
    // From the variant on, a random UUID of version 4 has the same form.
    const random = randomUUID().slice('xxxxxxxx-xxxx-4xxx-'.length);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hexadecimal(this.sequence, 3)}-${random}`;
  }
}

function hexadecimal(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}
