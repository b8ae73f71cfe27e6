import { DAY, HOUR, MINUTE, SECOND } from '../../time/duration.js';
import { relativeTime, shortDuration, wallTime } from './time.js';

describe('a duration for people', () => {
  it.each([
    [-5, '0ms'],
    [0, '0ms'],
    [85.4, '85ms'],
    [999, '999ms'],
    [4_200, '4.2s'],
    [59_949, '59.9s'],
    [59_950, '1m 00s'],
    [3 * MINUTE + 5 * SECOND, '3m 05s'],
    [HOUR - 1, '1h 00m'],
    [HOUR + 2 * MINUTE, '1h 02m'],
    [DAY - 1, '1d 00h'],
    [2 * DAY + 3 * HOUR, '2d 03h'],
  ])('of %d ms is %s', (milliseconds, text) => {
    expect(shortDuration(milliseconds)).toBe(text);
  });
});

describe('an instant for people', () => {
  const now = new Date('2026-11-23T12:00:00.000Z');
  const after = (milliseconds: number) => new Date(now.getTime() + milliseconds);

  it.each([
    [0, 'just now'],
    [-900, 'just now'],
    [900, 'now'],
    [-2 * SECOND, '2 s ago'],
    [-2.5 * MINUTE, '2 min ago'],
    [-47 * HOUR, '47 h ago'],
    [-3 * DAY, '3 days ago'],
    [4 * MINUTE, 'in 4 min'],
    [2 * DAY, 'in 2 days'],
  ])('%d ms from now is %s', (milliseconds, text) => {
    expect(relativeTime(after(milliseconds), now)).toBe(text);
  });

  it.each([
    ['UTC', '2026-11-23 12:00:00 UTC'],
    ['Europe/Berlin', '2026-11-23 13:00:00 CET'],
    ['Australia/Lord_Howe', '2026-11-23 23:00:00 GMT+11'],
  ])('is shown as a clock in %s would', (zone, text) => {
    expect(wallTime(now, zone)).toBe(text);
  });

  it('shows the clocks that schedules follow, where Node.js has older ones', () => {
    expect(wallTime(new Date('2026-11-28T08:00:00.000Z'), 'America/Winnipeg')).toMatch(/^2026-11-28 03:00:00 /);
  });

  it('shows midnight as the beginning of the day', () => {
    expect(wallTime(new Date('2026-11-23T00:00:00.000Z'))).toBe('2026-11-23 00:00:00 UTC');
  });
});
