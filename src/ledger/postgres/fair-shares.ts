/** With fewer places for each claimant than this, those who want nothing keep none. */
const MIN_PLACES_TO_KEEP_ONE = 4;

/**
 * Divides places so that nobody gets fewer than another unless it wants fewer (max-min fair), and
 * what nobody wants in equal parts. Where there are fewer places than claimants, `turn` says who
 * comes first: the next one with the next turn.
 */
export function fairShares(places: number, demands: readonly number[], turn: number): readonly number[] {
  const count = demands.length;
  const kept = places >= MIN_PLACES_TO_KEEP_ONE * count ? 1 : 0;
  const shares: number[] = demands.map(() => kept);
  const first = places < count ? turn % count : 0;
  const order = [...demands.keys()].map((index) => (index + first) % count);
  for (let left = places - kept * count; left > 0;) {
    const hungry = order.filter((index) => shares[index]! < demands[index]!);
    const among = hungry.length > 0 ? hungry : order;
    const least = Math.min(...among.map((index) => shares[index]!));
    for (const index of among.filter((one) => shares[one] === least).slice(0, left)) {
      shares[index] = least + 1;
      left--;
    }
  }
  return shares;
}
