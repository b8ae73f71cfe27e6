import { HOUR, MINUTE } from '../../../time/duration.js';
import { PosixRule } from './posix-rule.js';

function changesOf(text: string, year: number): [string, number][] {
  const changes = PosixRule.parse(text)?.changesBetween(Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)) ?? [];
  return changes.map(({ at, offset }) => [new Date(at).toISOString(), offset / HOUR]);
}

describe('PosixRule', () => {
  it.each([
    [
      'CET-1CEST,M3.5.0,M10.5.0/3',
      2026,
      [
        ['2026-03-29T01:00:00.000Z', 2],
        ['2026-10-25T01:00:00.000Z', 1],
      ],
    ],
    [
      'EST5EDT,M3.2.0,M11.1.0',
      2026,
      [
        ['2026-03-08T07:00:00.000Z', -4],
        ['2026-11-01T06:00:00.000Z', -5],
      ],
    ],
    [
      '<+1030>-10:30<+11>-11,M10.1.0,M4.1.0',
      2026,
      [
        ['2026-04-04T15:00:00.000Z', 10.5],
        ['2026-10-03T15:30:00.000Z', 11],
      ],
    ],
    [
      'IST-1GMT0,M10.5.0,M3.5.0/1',
      2026,
      [
        ['2026-03-29T01:00:00.000Z', 1],
        ['2026-10-25T01:00:00.000Z', 0],
      ],
    ],
    [
      '<-02>2<-01>,M3.5.0/-1,M10.5.0/0',
      2026,
      [
        ['2026-03-29T01:00:00.000Z', -1],
        ['2026-10-25T01:00:00.000Z', -2],
      ],
    ],
    [
      'EET-2EEST,M3.4.4/50,M10.4.4/50',
      2026,
      [
        ['2026-03-28T00:00:00.000Z', 3],
        ['2026-10-23T23:00:00.000Z', 2],
      ],
    ],
    [
      'XST0XDT,J60/0,J300/0',
      2028,
      [
        ['2028-03-01T00:00:00.000Z', 1],
        ['2028-10-26T23:00:00.000Z', 0],
      ],
    ],
    [
      'XST0XDT,59/0,299/0',
      2028,
      [
        ['2028-02-29T00:00:00.000Z', 1],
        ['2028-10-25T23:00:00.000Z', 0],
      ],
    ],
    ['CST6', 2026, []],
  ] as const)('knows when the clocks of %s change', (text, year, changes) => {
    expect(changesOf(text, year)).toEqual(changes);
  });

  it.each([
    ['CST6', -6 * HOUR],
    ['<+0545>-5:45', 5 * HOUR + 45 * MINUTE],
    ['EST5EDT,0/0,J365/25', -4 * HOUR],
  ])('knows the offset of %s all year', (text, offset) => {
    const rule = PosixRule.parse(text);
    for (const instant of ['2026-01-01T04:00Z', '2026-01-01T05:00Z', '2026-07-01T00:00Z', '2026-12-31T23:59Z']) {
      expect(rule?.offsetAt(Date.parse(instant))).toBe(offset);
    }
    expect(rule?.changesBetween(Date.UTC(2026, 0, 2), Date.UTC(2026, 11, 31))).toEqual([]);
  });

  it.each(['', 'CET', '-1', 'CET-1CEST', 'CET-1CEST,M3.6.0,M10.5.0', 'CET-1CEST,M3.5.0', 'C1', 'CET-1CEST,J3,x', '\n'])(
    'does not read %j',
    (text) => {
      expect(PosixRule.parse(text)).toBeUndefined();
    },
  );
});
