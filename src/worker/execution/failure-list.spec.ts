import { FailureList } from './failure-list.js';

function listedOf(failures: number, attempts: number, message = 'boom'): number {
  const list = new FailureList();
  const error = { name: 'Error', message, code: 'ERROR' };
  return Array.from({ length: failures }, (_, id) => list.takes({ id: `order-${id}`, error, attempts })).filter(Boolean)
    .length;
}

describe('the failed items that a run lists (security 6)', () => {
  it('are all as long as they are few', () => {
    expect(listedOf(1_000, 3)).toBe(1_000);
    expect(listedOf(100, 0)).toBe(100);
  });

  it('are the first 1,000, and the first 100 of those that were not tried', () => {
    expect(listedOf(3_000, 1)).toBe(1_000);
    expect(listedOf(3_000, 0)).toBe(100);
  });

  it('are fewer when their errors are long', () => {
    expect(listedOf(3_000, 1, 'x'.repeat(2_000))).toBeLessThan(140);
  });
});
