import type { LoadStatistics } from './load-profile.ts';

/**
 * An adaptive client needs time to settle: refusals are counted from then on.
 */
const SETTLING_MS = 2_000;

/** Counts what the server does, starting with the first request. */
export class LoadMeter {
  private readonly processedBySecond: number[] = [];
  processed = 0;
  pointless = 0;
  private requests = 0;
  private refused = 0;
  private settledRequests = 0;
  private settledRefused = 0;
  private firstAt = 0;
  private lastAt = 0;

  /** True for the first request. */
  countRequest(): boolean {
    const now = performance.now();
    const first = this.requests++ === 0;
    if (first) this.firstAt = now;
    if (now - this.firstAt > SETTLING_MS) this.settledRequests++;
    return first;
  }

  countRefused(): void {
    this.refused++;
    if (performance.now() - this.firstAt > SETTLING_MS) this.settledRefused++;
  }

  countProcessed(): void {
    this.processed++;
    const second = Math.floor((performance.now() - this.firstAt) / 1_000);
    while (this.processedBySecond.length <= second) this.processedBySecond.push(0);
    this.processedBySecond[second] = (this.processedBySecond[second] ?? 0) + 1;
  }

  countAnswer(): void {
    this.lastAt = performance.now();
  }

  get statistics(): LoadStatistics {
    const { requests, processed, refused, pointless, processedBySecond: bySecond } = this;
    const settled = { requests: this.settledRequests, refused: this.settledRefused };
    return { requests, processed, refused, settled, pointless, duration: this.lastAt - this.firstAt, bySecond };
  }
}
