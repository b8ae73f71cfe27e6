import { suspicionOf, yieldOf } from './suspicion.js';

const items = (total: number) => ({ total, succeeded: total, failed: 0, skipped: 0 });
const withItems = (total: number) => yieldOf(items(total), null);
const withResult = (result: unknown) => yieldOf(null, result);
const twenty = <T>(entry: (index: number) => T) => Array.from({ length: 20 }, (_, index) => entry(index));

describe('suspicionOf', () => {
  it.each([
    ['no items', 0, [90, 100, 110], 'no items, where about 100 are usual'],
    ['ten times the usual', 1_000, [100], '1000 items, where about 100 are usual'],
    ['no items where that happens', 0, [0, 50, 60], null],
    ['few items where few are usual', 40, [1, 2], null],
    ['as many as usual', 99, [90, 100], null],
  ])('of a run with %s', (_case, total, usual, suspicion) => {
    expect(
      suspicionOf(
        withItems(total),
        twenty((index) => withItems(usual[index % usual.length]!)),
      ),
    ).toBe(suspicion);
  });

  it.each([
    ['a key is missing', { synced: 1 }, { synced: 2, skipped: 0 }],
    ['a key is new', { synced: 1, error: 'x', skipped: 1 }, { synced: 2, skipped: 0 }],
    ['a value is of another type', { synced: '1' }, { synced: 1 }],
    ['it is null', null, { synced: 1 }],
    ['it is a list', [], { synced: 1 }],
  ])('of a result that has changed: %s', (_case, result, usual) => {
    const before = twenty(() => withResult(usual));
    expect(suspicionOf(withResult(result), before)).toBe('a result of another shape than the 20 before it');
    expect(suspicionOf(withResult(structuredClone(usual)), before)).toBeNull();
  });

  it('has no suspicion where results vary, or are tables of data', () => {
    const varying = twenty((index) => withResult(index % 2 ? { a: 1 } : { b: 1 }));
    expect(suspicionOf(withResult({ c: 1 }), varying)).toBeNull();
    const table = (from: number) =>
      withResult(Object.fromEntries(Array.from({ length: 60 }, (_, id) => [`id-${from + id}`, 1])));
    expect(
      suspicionOf(
        table(100),
        twenty(() => table(0)),
      ),
    ).toBeNull();
  });

  it('takes a result for the same before and after it is recorded', () => {
    const live = { at: new Date(), missing: undefined, ratio: Number.NaN, by: () => 1 };
    const recorded: unknown = JSON.parse(JSON.stringify(live));
    expect(withResult(live)).toEqual(withResult(recorded));
  });

  it('has no suspicion of what cannot be read, or was not recorded', () => {
    const broken = Object.defineProperty({}, 'count', {
      enumerable: true,
      get: () => {
        throw new Error('broken');
      },
    });
    expect(
      suspicionOf(
        withResult(broken),
        twenty(() => withResult({ count: 1 })),
      ),
    ).toBeNull();
    expect(
      suspicionOf(
        withResult({ count: 1 }),
        twenty(() => withResult({ note: 'not recorded' })),
      ),
    ).toBeNull();
  });

  it('needs twenty runs to say what is usual', () => {
    expect(suspicionOf(withItems(0), twenty(() => withItems(100)).slice(1))).toBeNull();
  });
});
