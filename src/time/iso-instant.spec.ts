import { isoInstant } from './iso-instant.js';

describe('isoInstant', () => {
  it.each([
    0,
    -1,
    -60_001,
    Date.parse('2026-11-23T12:30:00.000Z'),
    Date.parse('2026-11-23T12:30:00.007Z'),
    Date.parse('2026-11-23T12:30:59.999Z'),
    Date.parse('2026-11-23T12:31:00.000Z'),
    Date.parse('9999-12-31T23:59:59.999Z'),
    8.64e15,
    -8.64e15,
  ])('writes %d as a date does', (instant) => {
    expect(isoInstant(instant)).toBe(new Date(instant).toISOString());
    expect(isoInstant(instant)).toBe(new Date(instant).toISOString());
  });

  it('goes back and forth between minutes', () => {
    const noon = Date.parse('2026-11-23T12:00:00.000Z');
    const instants = [noon, noon - 1, noon, noon + 59_999, noon + 60_000, noon + 1];
    expect(instants.map(isoInstant)).toEqual(instants.map((instant) => new Date(instant).toISOString()));
  });

  it('refuses what is no instant, as a date does', () => {
    expect(() => isoInstant(NaN)).toThrow(RangeError);
    expect(() => isoInstant(8.64e15 + 1)).toThrow(RangeError);
    expect(isoInstant(0)).toBe('1970-01-01T00:00:00.000Z');
  });
});
