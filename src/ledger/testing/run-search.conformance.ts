import { SECOND } from '../../time/duration.js';
import { manualClaim, start } from './claims.js';
import { type SetUp, useLedger } from './ledger-under-test.js';

const CODES = ['HTTP_500', 'HTTP_404', 'HTTP_500', 'TIMEOUT', 'HTTP_500', 'HTTP_404'];

/** What `RunSearch` promises. */
export function describeRunSearch(setUp: SetUp): void {
  const test = useLedger(setUp);
  const ids: string[] = [];

  /** A second apart, the tasks by turns; between them, runs that go well. */
  beforeEach(async () => {
    ids.length = 0;
    for (const [at, code] of CODES.entries()) {
      test.clock.advance(SECOND);
      const good = await start(test.ledger.runs, manualClaim('a'));
      await test.ledger.runs.finish(good, { status: 'succeeded' });
      const bad = await start(test.ledger.runs, manualClaim(at % 2 ? 'b' : 'a'));
      const error = { name: 'DataApiError', message: `Order 50%_off ${at}: no`, code };
      await test.ledger.runs.finish(bad, { status: 'failed', error });
      ids.push(bad.run.id);
    }
  });

  async function found(text: string, query = {}, maxErrors?: number) {
    const { runs, next } = await test.ledger.search.inErrors({ limit: 10, ...query }, text, maxErrors);
    return { at: runs.map(({ id }) => ids.indexOf(id)), next };
  }

  it('finds errors by name, code or a part of the message, newest first', async () => {
    expect(await found('http_500')).toEqual({ at: [4, 2, 0], next: null });
    expect((await found('DataApiE')).at).toEqual([5, 4, 3, 2, 1, 0]);
    expect((await found('order 50%_OFF 3:')).at).toEqual([3]);
    expect((await found('50_off')).at).toEqual([]);
  });

  it('can be narrowed as any list of runs', async () => {
    const since = new Date(test.clock.now().getTime() - 2 * SECOND);
    expect((await found('HTTP', { task: 'b' })).at).toEqual([5, 1]);
    expect((await found('HTTP', { since })).at).toEqual([5, 4]);
    expect((await found('HTTP', { until: since })).at).toEqual([2, 1, 0]);
    expect((await found('HTTP', { triggers: ['schedule'] })).at).toEqual([]);
    expect((await found('HTTP', { statuses: ['succeeded', 'timed_out'] })).at).toEqual([]);
  });

  it('goes on after a full page', async () => {
    const { at, next } = await found('HTTP_500', { limit: 2 });
    expect({ at, next }).toEqual({ at: [4, 2], next: { before: ids[2], searchedBackTo: null } });
    expect(await found('HTTP_500', { limit: 2, before: next?.before })).toEqual({ at: [0], next: null });
  });

  it('looks at a bounded number of errors, says how far it came, and goes on from there', async () => {
    const searchedBackTo = new Date(test.clock.now().getTime() - SECOND);
    const first = await found('TIMEOUT', {}, 2);
    expect(first).toEqual({ at: [], next: { before: ids[4], searchedBackTo } });
    const second = await found('TIMEOUT', { before: first.next?.before }, 2);
    expect(second).toMatchObject({ at: [3], next: { before: ids[2] } });
    expect(await found('TIMEOUT', { before: second.next?.before }, 2)).toEqual({ at: [], next: null });
    expect(await found('HTTP', { task: 'b', before: ids[5] }, 2)).toEqual({ at: [1], next: null });
  });
}
