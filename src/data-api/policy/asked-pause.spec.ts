import { jest } from '@jest/globals';
import { anAnswer } from '../testing/requests.js';
import { askedPause, isRefusal } from './asked-pause.js';

const NOW = 'Mon, 23 Nov 2026 12:00:00 GMT';
const EPOCH_SECONDS = Date.parse(NOW) / 1_000;

const pauseOf = (headers: Record<string, string | readonly string[]>) =>
  askedPause(anAnswer(429, '', headers as Record<string, string>));
const retryAfter = (...values: string[]) => pauseOf({ 'retry-after': values.length > 1 ? values : (values[0] ?? '') });

describe('askedPause', () => {
  beforeEach(() => jest.useFakeTimers({ now: Date.parse(NOW) }));
  afterEach(() => jest.useRealTimers());

  describe('of Retry-After', () => {
    it.each([
      ['seconds', '7', 7_000],
      ['seconds with blanks around', ' 7 ', 7_000],
      ['seconds with decimals', '2.0', 2_000],
      ['seconds and a half', '2.5', 2_500],
      ['less than a second', '0.35', 350],
      ['seconds sent twice in one line', '3, 3', 3_000],
      ['the longer of two', '3,9.5', 9_500],
      ['a date', 'Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
      ['a date of RFC 850', 'Monday, 23-Nov-26 12:00:30 GMT', 30_000],
      ['a date of asctime', 'Mon Nov 23 12:00:30 2026', 30_000],
      ['a date sent twice in one line', 'Mon, 23 Nov 2026 12:00:30 GMT, Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
      ['a day', '86400', 86_400_000],
    ])('reads %s', (_, value, expected) => {
      expect(retryAfter(value)).toBe(expected);
    });

    it.each(['0', '-1', 'abc', '', '1e9', 'Infinity', 'Sun, 06 Nov 1994 08:49:37 GMT', 'Mon, nonsense', ',', '.'])(
      'asks for nothing with %j',
      (value) => {
        expect(retryAfter(value)).toBe(0);
      },
    );

    it.each(['86401', '2147484', '9999999999', '99999999999999999999', 'Fri, 31 Dec 9999 23:59:59 GMT'])(
      'ignores %j, which is longer than a day',
      (value) => {
        expect(retryAfter(value)).toBe(0);
      },
    );

    it('takes the longest of several headers', () => {
      expect(retryAfter('3', '9', 'abc', '2147484')).toBe(9_000);
    });

    it('reads what @nestjs/throttler sends for throttlers with names', () => {
      expect(pauseOf({ 'retry-after-short': '2', 'retry-after-long': '60' })).toBe(60_000);
    });

    it('leaves Retry-After-Ms, which is in milliseconds, to the Retry-After beside it', () => {
      expect(pauseOf({ 'retry-after-ms': '2500', 'retry-after': '3' })).toBe(3_000);
    });

    it.each([
      ['20 s ahead', 'Mon, 23 Nov 2026 12:00:20 GMT', 'Mon, 23 Nov 2026 12:00:23 GMT'],
      ['20 s behind', 'Mon, 23 Nov 2026 11:59:40 GMT', 'Mon, 23 Nov 2026 11:59:43 GMT'],
      ['20 s behind, of RFC 850', 'Monday, 23-Nov-26 11:59:40 GMT', 'Monday, 23-Nov-26 11:59:43 GMT'],
    ])('reads a date by the clock of a server that is %s', (_, date, value) => {
      expect(pauseOf({ date, 'retry-after': value })).toBe(3_000);
    });

    it('reads a date by the own clock when the server does not tell its time', () => {
      expect(pauseOf({ date: 'today', 'retry-after': 'Mon, 23 Nov 2026 12:00:03 GMT' })).toBe(3_000);
    });
  });

  describe('of a quota that is used up', () => {
    it.each<[string, Record<string, string>, number]>([
      ['draft 8', { ratelimit: '"x";r=0;t=2' }, 2_000],
      ['draft 8 with blanks', { ratelimit: '"100-in-10sec"; r=0; t=10' }, 10_000],
      ['draft 8, of several quotas the longest', { ratelimit: '"s";r=0;t=1, "d,a;y";r=0;t=60, "m";r=5;t=900' }, 60_000],
      ['draft 7', { ratelimit: 'limit=100, remaining=0, reset=5' }, 5_000],
      ['draft 6', { 'ratelimit-limit': '100', 'ratelimit-remaining': '0', 'ratelimit-reset': '5' }, 5_000],
      ['draft 6 with an instant', { 'ratelimit-remaining': '0', 'ratelimit-reset': `${EPOCH_SECONDS + 5}` }, 5_000],
      ['GitHub', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${EPOCH_SECONDS + 90}` }, 90_000],
      ['milliseconds', { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': `${EPOCH_SECONDS}500` }, 500],
      ['seconds', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '12' }, 12_000],
      ['a date', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2026-11-23T12:00:30Z' }, 30_000],
      [
        'Discord',
        {
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': `${EPOCH_SECONDS + 1}.35`,
          'x-ratelimit-reset-after': '0.35',
        },
        350,
      ],
      ['more than a day', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '172800' }, 172_800_000],
      ['no reset', { 'x-ratelimit-remaining': '0' }, 0],
      ['a reset that has passed', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${EPOCH_SECONDS - 9}` }, 0],
      ['nonsense', { ratelimit: '!', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'soon' }, 0],
    ])('reads %s', (_, headers, expected) => {
      expect(pauseOf(headers)).toBe(expected);
    });

    it('reads an instant by the clock of the server', () => {
      const date = 'Mon, 23 Nov 2026 11:50:00 GMT';
      expect(pauseOf({ date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${EPOCH_SECONDS - 590}` })).toBe(
        10_000,
      );
    });

    it.each<Record<string, string>>([
      { ratelimit: '"x";r=10;t=2' },
      { ratelimit: 'limit=100, remaining=10, reset=5' },
      { 'x-ratelimit-remaining': '10', 'x-ratelimit-reset': '5' },
      { 'x-ratelimit-reset': '5' },
    ])('asks for nothing with %j', (headers) => {
      expect(pauseOf(headers)).toBe(0);
    });
  });

  it('is the longer of both', () => {
    expect(pauseOf({ 'retry-after': '1', ratelimit: '"x";r=0;t=2' })).toBe(2_000);
    expect(pauseOf({ 'retry-after': '3', ratelimit: '"x";r=0;t=2' })).toBe(3_000);
  });

  it('is 0 for an answer that says nothing', () => {
    expect(pauseOf({})).toBe(0);
  });
});

describe('isRefusal', () => {
  const refusal = (status: number, headers: Record<string, string> = {}) => isRefusal(anAnswer(status, '', headers));

  it.each<[number, Record<string, string>]>([
    [429, {}],
    [403, { 'retry-after': '60' }],
    [403, { 'x-ratelimit-remaining': '0' }],
    [503, { 'retry-after': '5' }],
    [503, { ratelimit: '"x";r=0;t=2' }],
  ])('is true of %i with %j', (status, headers) => {
    expect(refusal(status, headers)).toBe(true);
  });

  it.each<[number, Record<string, string>]>([
    [403, {}],
    [403, { 'x-ratelimit-remaining': '17', 'x-ratelimit-reset': '60' }],
    [403, { 'retry-after': 'never' }],
    [503, {}],
    [500, { 'retry-after': '5' }],
    [404, { 'x-ratelimit-remaining': '0' }],
  ])('is false of %i with %j', (status, headers) => {
    expect(refusal(status, headers)).toBe(false);
  });
});
