import { duration, instant, instantOrAgo, list, parameter, statuses, wholeNumber } from './options.js';

describe('a whole number on the command line', () => {
  const limit = wholeNumber(1, 10_000);

  it.each([
    ['1', 1],
    ['20', 20],
    ['10000', 10_000],
  ])('is read: %s', (text, value) => {
    expect(limit(text)).toBe(value);
  });

  it.each(['0', '10001', '-1', '1.5', '1e3', '0x10', 'ten', '', ' 5'])('is refused: %j', (text) => {
    expect(() => limit(text)).toThrow('Expected a whole number from 1 to 10000.');
  });
});

describe('a duration on the command line', () => {
  it.each([
    ['30m', 1_800_000],
    ['3650d', 315_360_000_000],
  ])('is read: %s', (text, milliseconds) => {
    expect(duration(text)).toBe(milliseconds);
  });

  it.each(['', '0s', '30', '3651d', 'an hour'])('is refused: %j', (text) => {
    expect(() => duration(text)).toThrow('Expected a duration such as 250ms, 5s, 10m, 1h or 30d');
  });
});

describe('a time on the command line', () => {
  it.each([
    ['2026-11-23T18:00Z', '2026-11-23T18:00:00.000Z'],
    ['2026-11-23T18:00:01.5+01:00', '2026-11-23T17:00:01.500Z'],
    ['2026-11-23 18:00', new Date(2026, 10, 23, 18).toISOString()],
  ])('is read, without a zone as that of the machine: %s', (text, iso) => {
    expect(instant(text).toISOString()).toBe(iso);
  });

  it.each(['', 'tomorrow', '18:00', '2026-11-23', '2026-13-01T00:00Z', '1'])('is refused: %j', (text) => {
    expect(() => instant(text)).toThrow('Expected a time such as 2026-11-23T18:00Z');
  });
});

describe('a list on the command line', () => {
  it('is one or many, in one option or in several', () => {
    expect(list('a,b', list('c'))).toEqual(['c', 'a', 'b']);
  });
});

describe('statuses on the command line', () => {
  it('are one or many, in one option or in several', () => {
    expect(statuses('failed')).toEqual(['failed']);
    expect(statuses('failed, timed_out', ['partial'])).toEqual(['partial', 'failed', 'timed_out']);
  });

  it.each(['broken', 'failed,', ''])('are refused with all names that there are: %j', (text) => {
    expect(() => statuses(text)).toThrow(/is not a status. Expected one or more of queued, running, .*interrupted/);
  });
});

describe('a parameter on the command line', () => {
  it('is read up to its first =, and kept beside those before', () => {
    expect(parameter('b=c=d', parameter('a='))).toEqual(
      new Map([
        ['a', ''],
        ['b', 'c=d'],
      ]),
    );
  });

  it.each(['since', '=x', ''])('is refused: %j', (text) => {
    expect(() => parameter(text)).toThrow('Expected KEY=VALUE');
  });

  it('is refused when it is given twice', () => {
    expect(() => parameter('a=2', parameter('a=1'))).toThrow('The parameter a is given twice.');
  });
});

describe('how far back on the command line', () => {
  it('is a time, or how long ago', () => {
    expect(instantOrAgo('2026-11-23T18:00Z')).toEqual(new Date('2026-11-23T18:00Z'));
    expect(Math.abs(Date.now() - 7_200_000 - instantOrAgo('2h').getTime())).toBeLessThan(1_000);
    expect(() => instantOrAgo('tomorrow')).toThrow('or how long ago: 2h.');
  });
});
