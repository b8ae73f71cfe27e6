import { StartSpacing } from './start-spacing.js';

/** A rate that is never exceeded. What this process may use of it changes with its share. */
export class RateCeiling {
  private readonly spacing = new StartSpacing();

  constructor(private current: number) {}

  get perSecond(): number {
    return this.current;
  }

  set perSecond(perSecond: number) {
    const before = this.current;
    this.current = perSecond;
    // Of nothing at all nothing was started.
    if (before > 0 && perSecond > 0) this.spacing.resumeAt(this.nextAt - 1_000 / before + 1_000 / perSecond);
  }

  get nextAt(): number {
    return this.spacing.nextAt;
  }

  started(now: number): void {
    this.spacing.started(now, this.current);
  }
}
