interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly bytes: number;
}

const MEGABYTE = 1024 * 1024;
const MINUTE = 60_000;

/** What a burst has freed stays resident for a while; what has leaked stays for ever. */
const FLOOR_WINDOW_MS = 3 * MINUTE;

/** Resident memory over time. */
export class MemoryTrend {
  private readonly samples: Sample[] = [];

  add(bytes: number, at = Date.now()): void {
    this.samples.push({ at, bytes });
  }

  get last(): number {
    return (this.samples.at(-1)?.bytes ?? 0) / MEGABYTE;
  }

  get highest(): number {
    return Math.max(0, ...this.samples.map(({ bytes }) => bytes)) / MEGABYTE;
  }

  /** Megabytes a minute by which the floor rises, by least squares, after so many milliseconds. */
  slope(warmUp: number): number {
    const points = this.floors((this.samples[0]?.at ?? 0) + warmUp);
    const meanX = mean(points.map(({ x }) => x));
    const meanY = mean(points.map(({ y }) => y));
    const covariance = mean(points.map(({ x, y }) => (x - meanX) * (y - meanY)));
    const variance = mean(points.map(({ x }) => (x - meanX) ** 2));
    return variance === 0 ? 0 : covariance / variance;
  }

  /** The lowest sample of each window. */
  private floors(begin: number): { readonly x: number; readonly y: number }[] {
    const counted = this.samples.filter(({ at }) => at >= begin);
    const windows = Map.groupBy(counted, ({ at }) => Math.floor((at - begin) / FLOOR_WINDOW_MS));
    return [...windows].map(([window, samples]) => ({
      x: (window * FLOOR_WINDOW_MS) / MINUTE,
      y: Math.min(...samples.map(({ bytes }) => bytes)) / MEGABYTE,
    }));
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
