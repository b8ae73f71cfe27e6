import { readFileSync } from 'node:fs';

/**
 * Measures how long something takes on a machine that has a processor for it: time in which
 * programs of this machine waited for one (`/proc/pressure/cpu`, Linux) is not counted, so that a
 * busy machine fails no promise of speed. Where the kernel does not tell, all time counts.
 */
export class Stopwatch {
  private readonly startedAt = Date.now();
  private readonly stalledBefore = stalledTime();

  /** Milliseconds until `at`, an instant that has just been. */
  elapsed(at = Date.now()): number {
    const stalled = stalledTime() - this.stalledBefore;
    return Math.max(0, at - this.startedAt - stalled);
  }
}

/** Milliseconds since the machine began, in which at least one program waited for a processor. */
function stalledTime(): number {
  try {
    const [, microseconds] = /^some .*total=(\d+)$/m.exec(readFileSync('/proc/pressure/cpu', 'utf8')) ?? [];
    return Number(microseconds ?? 0) / 1_000;
  } catch {
    return 0;
  }
}
