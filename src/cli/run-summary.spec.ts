import { aRun } from '../worker/testing/task-context.fake.js';
import { durationOf, itemsSummary, outcomeSummary, resultSummary } from './run-summary.js';

describe('the items of a run in one line', () => {
  it.each([
    [{ total: 0, succeeded: 0, failed: 0, skipped: 0 }, 'no items'],
    [{ total: 1_050, succeeded: 1_050, failed: 0, skipped: 0 }, '1,050'],
    [{ total: 1_050, succeeded: 1_047, failed: 3, skipped: 0 }, '1,047 of 1,050, 3 failed'],
    [{ total: 20, succeeded: 15, failed: 0, skipped: 5 }, '15 of 20, 5 skipped'],
  ])('%j', (items, text) => {
    expect(itemsSummary(items)).toBe(text);
  });
});

describe('a result in one line', () => {
  it.each<[unknown, string]>([
    [{ deletedCount: 12 }, 'deletedCount 12'],
    [{ orders: 1, source: 'a' }, 'orders 1, source a'],
    [{ nested: { a: 1 } }, '{"nested":{"a":1}}'],
    [[1, 2], '[1,2]'],
    ['text', '"text"'],
    [null, ''],
    [undefined, ''],
    [{}, ''],
    [{ 'key\u001b[2J': 1 }, 'key\\u001b[2J 1'],
  ])('%j', (result, text) => {
    expect(resultSummary(result)).toBe(text);
  });
});

describe('what came of a run', () => {
  it('is its error, else its reason, else its items, else its result', () => {
    const items = { total: 1, succeeded: 1, failed: 0, skipped: 0 };
    const run = aRun({
      error: { name: 'E', message: 'broken', code: 'C' },
      reason: 'overlap',
      items,
      result: { a: 1 },
    });
    expect(outcomeSummary(run)).toBe('broken');
    expect(outcomeSummary({ ...run, error: null })).toBe('the run before was still active');
    expect(outcomeSummary({ ...run, error: null, reason: null })).toBe('1');
    expect(outcomeSummary({ ...run, error: null, reason: null, items: null })).toBe('a 1');
  });

  it('took so long, or has been running for so long, or never started', () => {
    const run = aRun({ startedAt: new Date(0), finishedAt: new Date(4_200) });
    expect(durationOf(run, new Date(60_000))).toBe('4.2s');
    expect(durationOf({ ...run, finishedAt: null }, new Date(60_000))).toBe('1m 00s');
    expect(durationOf({ ...run, startedAt: null }, new Date(60_000))).toBe('');
  });

  it('took no time that grows while it is interrupted', () => {
    const run = aRun({ status: 'interrupted', startedAt: new Date(0), finishedAt: null });
    expect(durationOf(run, new Date(60_000))).toBe('');
  });
});
