import { FailureList } from './failure-list.js';

function listedOf(failures: number, code: string, message = 'boom'): number {
  const list = new FailureList();
  const error = { name: 'Error', message, code };
  return Array.from({ length: failures }, (_, id) => list.takes({ id: `order-${id}`, error, attempts: 1 })).filter(
    Boolean,
  ).length;
}

describe('the failed items that a run lists', () => {
  it('are all as long as they are few', () => {
    expect(listedOf(1_000, 'ERROR')).toBe(1_000);
    expect(listedOf(100, 'QUARANTINED')).toBe(100);
  });

  it('are the first 1,000, and the first 100 of those in quarantine', () => {
    expect(listedOf(3_000, 'BAD_ID')).toBe(1_000);
    expect(listedOf(3_000, 'QUARANTINED')).toBe(100);
  });

  it('are fewer when their errors are long', () => {
    expect(listedOf(3_000, 'ERROR', 'x'.repeat(2_000))).toBeLessThan(140);
  });
});
