import { Landmarks } from './landmarks.js';

/**
 * The pages that are read from a list of `count` pages that leads back from its end to `to`, one id
 * each.
 */
function* circle(count: number, to: number): Generator<string> {
  for (let page = 0; ; page = page === count - 1 ? to : page + 1) yield `page ${page}`;
}

describe('Landmarks', () => {
  it.each([
    [1, 0],
    [2, 0],
    [100, 0],
    [100, 60],
    [1_000, 999],
  ])('notice a circle of %d pages that leads back to page %d', (count, to) => {
    const landmarks = new Landmarks();
    let read = 0;
    for (const id of circle(count, to)) {
      if (landmarks.has(id)) break;
      landmarks.pass([id]);
      read++;
      expect(read).toBeLessThan(4 * count + 4);
    }
    expect(read).toBeGreaterThanOrEqual(count);
  });

  it('grow with the logarithm of the pages', () => {
    const landmarks = new Landmarks();
    let kept = 0;
    for (let page = 0; page < 10_000; page++) {
      const ids = Array.from({ length: 100 }, (_, index) => `${page}/${index}`);
      landmarks.pass(ids);
      kept += ids.filter((id) => landmarks.has(id)).length;
    }
    expect(kept).toBeLessThan(1_000);
    expect(kept).toBeGreaterThan(500);
  });
});
