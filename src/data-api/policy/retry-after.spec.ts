import { jest } from '@jest/globals';
import { retryAfter } from './retry-after.js';

const now = Date.parse('2026-11-23T12:00:00.000Z');
const wait = (...values: string[]) =>
  retryAfter({ 'retry-after': values.length > 1 ? values : values[0] } as Record<string, string>);

describe('Retry-After', () => {
  beforeEach(() => jest.useFakeTimers({ now }));
  afterEach(() => jest.useRealTimers());

  it.each([
    ['seconds', '7', 7_000],
    ['seconds with blanks around', ' 7 ', 7_000],
    ['a date', 'Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
    ['a date of RFC 850', 'Monday, 23-Nov-26 12:00:30 GMT', 30_000],
    ['a date of asctime', 'Mon Nov 23 12:00:30 2026', 30_000],
    ['a day', '86400', 86_400_000],
  ])('understands %s', (_, value, expected) => {
    expect(wait(value)).toBe(expected);
  });

  it.each(['0', '-1', 'abc', '', '1.5', '1e9', 'Infinity', 'Sun, 06 Nov 1994 08:49:37 GMT', 'Mon, nonsense'])(
    'asks for nothing with %j',
    (value) => {
      expect(wait(value)).toBe(0);
    },
  );

  it.each(['86401', '2147484', '9999999999', '99999999999999999999', 'Fri, 31 Dec 9999 23:59:59 GMT'])(
    'is not believed with %j, which is longer than a day',
    (value) => {
      expect(wait(value)).toBe(0);
    },
  );

  it('takes the longest of several', () => {
    expect(wait('3', '9', 'abc', '2147484')).toBe(9_000);
  });

  it('is nothing without the header', () => {
    expect(retryAfter({})).toBe(0);
  });
});
