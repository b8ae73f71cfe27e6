interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly bytes: number;
}

const MEGABYTE = 1024 * 1024;
const MINUTE = 60_000;

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

  /** Megabytes a minute, by least squares, over the part after so many milliseconds. */
  slope(warmUp: number): number {
    const begin = (this.samples[0]?.at ?? 0) + warmUp;
    const points = this.samples
      .filter(({ at }) => at >= begin)
      .map(({ at, bytes }) => ({ x: (at - begin) / MINUTE, y: bytes / MEGABYTE }));
    const meanX = mean(points.map(({ x }) => x));
    const meanY = mean(points.map(({ y }) => y));
    const covariance = mean(points.map(({ x, y }) => (x - meanX) * (y - meanY)));
    const variance = mean(points.map(({ x }) => (x - meanX) ** 2));
    return variance === 0 ? 0 : covariance / variance;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
