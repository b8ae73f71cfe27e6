import { statuses, wholeNumber } from './options.js';

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

describe('statuses on the command line', () => {
  it('are one or many, in one option or in several', () => {
    expect(statuses('failed')).toEqual(['failed']);
    expect(statuses('failed, timed_out', ['partial'])).toEqual(['partial', 'failed', 'timed_out']);
  });

  it.each(['broken', 'failed,', ''])('are refused with all names that there are: %j', (text) => {
    expect(() => statuses(text)).toThrow(/is not a status. Expected one or more of queued, running, .*interrupted/);
  });
});
