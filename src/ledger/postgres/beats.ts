import { SECOND } from '../../time/duration.js';
import { LEASE_MS } from './members.js';

const BEAT_EVERY_MS = SECOND;

/** Tells every second that this process is alive, until it stops. */
export class Beats {
  private timer: NodeJS.Timeout | undefined;
  private unbrokenSince = Infinity;
  private last = -Infinity;

  /** `beat` resolves with false when the process was taken for dead. */
  constructor(
    private readonly beat: () => Promise<boolean>,
    private readonly lost: () => Promise<void>,
  ) {}

  /** After an outage everybody looks dead: only who was heard of for a whole lease may tell. */
  get mayJudge(): boolean {
    const now = performance.now();
    return now - this.last < 2 * BEAT_EVERY_MS && now - this.unbrokenSince >= LEASE_MS;
  }

  start(): void {
    this.timer = setInterval(() => void this.tell(), BEAT_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async tell(): Promise<void> {
    const at = performance.now();
    try {
      const known = await this.beat();
      if (!known && this.timer) await this.lost();
      if (!known || at - this.last > 2 * BEAT_EVERY_MS) this.unbrokenSince = at;
      this.last = at;
    } catch {
      // Told again in a second: until then this process judges nobody.
    }
  }
}
