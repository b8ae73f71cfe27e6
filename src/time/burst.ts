/** Counts what happens in quick succession. */
export class Burst {
  private since = -Infinity;
  private count = 0;

  /** A burst ends `duration` milliseconds after its first event. */
  constructor(private readonly duration: number) {}

  /** Which event of its burst this one is: 1 for the first. */
  next(): number {
    const now = performance.now();
    if (now - this.since > this.duration) {
      this.since = now;
      this.count = 0;
    }
    return ++this.count;
  }
}
