import { fairShares } from './fair-shares.js';

describe('The shares of places', () => {
  it.each<[number, number[], number[]]>([
    [16, [16], [16]],
    [16, [0], [16]],
    [16, [16, 16], [8, 8]],
    [16, [2, 16], [2, 14]],
    [16, [0, 16], [1, 15]],
    [16, [0, 0], [8, 8]],
    [16, [3, 0], [8, 8]],
    [10, [3, 3, 10], [3, 3, 4]],
    [8, [8, 8, 8], [3, 3, 2]],
    [8, [0, 0, 8], [0, 0, 8]],
  ])('of %d for demands of %j are %j', (places, demands, shares) => {
    expect(fairShares(places, demands, 7)).toEqual(shares);
  });

  it('go from one to the next where there are too few', () => {
    const turns = [0, 1, 2, 3].map((turn) => fairShares(2, [8, 8, 8], turn));
    expect(turns).toEqual([
      [1, 1, 0],
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 0],
    ]);
  });

  it('are never more than there is', () => {
    for (let places = 1; places <= 40; places++) {
      for (let count = 1; count <= 9; count++) {
        const demands = Array.from({ length: count }, (_, index) => (places * 7 + index * 5) % 13);
        const shares = fairShares(places, demands, places);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(places);
      }
    }
  });
});
