import fc from 'fast-check';
import { DAY, formatDuration, HOUR, MINUTE, parseDuration, SECOND } from './duration.js';

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['5s', 5 * SECOND],
    ['10m', 10 * MINUTE],
    ['1h', HOUR],
    ['30d', 30 * DAY],
    ['0s', 0],
    [' 7 m ', 7 * MINUTE],
  ])('is read from %j', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '5', 's', '5 minutes', '1.5h', '-5s', '+5s', '5S', '1h30m', '0x5s', '1e3s', 'ms5', '9999999999999s'])(
    'is not read from %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it('is not read where milliseconds would no longer be exact', () => {
    expect(parseDuration('999999999999d')).toBeUndefined();
  });

  it.each([
    [0, '0ms'],
    [1, '1ms'],
    [90 * SECOND, '90s'],
    [1_500, '1500ms'],
    [24 * HOUR, '1d'],
    [36 * HOUR, '36h'],
  ])('of %d ms is written as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it('reads back what it has written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 365 * DAY }), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
      }),
    );
  });
});
