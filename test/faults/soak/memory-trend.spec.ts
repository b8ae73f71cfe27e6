import { MemoryTrend } from './memory-trend.ts';
import { Random } from './random.ts';

describe('the trend of memory', () => {
  const trendOf = (megabytesAt: (second: number) => number): MemoryTrend => {
    const trend = new MemoryTrend();
    for (let second = 0; second < 1_500; second += 20) trend.add(megabytesAt(second) * 1024 * 1024, second * 1_000);
    return trend;
  };

  it('is flat for memory that goes up and down', () => {
    const random = new Random(1);
    expect(Math.abs(trendOf(() => 120 + random.between(-1, 1)).slope(600_000))).toBeLessThan(0.1);
  });

  it('shows a leak of 0.2 MB a minute behind the noise', () => {
    const random = new Random(1);
    const leaking = trendOf((second) => 120 + second / 300 + random.between(-1, 1));
    expect(leaking.slope(600_000)).toBeGreaterThan(0.1);
  });

  it('leaves the warm-up out', () => {
    expect(trendOf((second) => Math.min(second, 60)).slope(60_000)).toBeCloseTo(0);
  });
});

describe('random numbers', () => {
  it('follow from their seed', () => {
    const draw = (seed: number): number[] =>
      Array.from(
        { length: 5 },
        (
          (random) => () =>
            random.next()
        )(new Random(seed)),
      );
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });
});
