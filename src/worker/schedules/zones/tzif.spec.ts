import fc from 'fast-check';
import { HOUR, SECOND } from '../../../time/duration.js';
import { writeTzif } from '../testing/tzif-writer.js';
import { parseTzif } from './tzif.js';

const at = (text: string) => Date.parse(text) / SECOND;

/** Winnipeg: summer time until it stays at -5 hours from 2026 on. */
const WINNIPEG = {
  initial: -6 * 3_600,
  changes: [
    { at: at('2025-03-09T08:00Z'), offset: -5 * 3_600 },
    { at: at('2025-11-02T07:00Z'), offset: -6 * 3_600 },
    { at: at('2026-03-08T08:00Z'), offset: -5 * 3_600 },
  ],
  footer: 'EST5',
};
const BERLIN = {
  initial: 3_600,
  changes: [{ at: at('1996-03-31T01:00Z'), offset: 7_200 }],
  footer: 'CET-1CEST,M3.5.0,M10.5.0/3',
};

describe('parseTzif', () => {
  it.each([1, 2] as const)('reads the changes of a file of version %d', (version) => {
    const zone = parseTzif(writeTzif(WINNIPEG, version));
    expect(zone.offsetAt(Date.parse('2020-01-01'))).toBe(-6 * HOUR);
    expect(zone.offsetAt(Date.parse('2025-03-09T07:59:59Z'))).toBe(-6 * HOUR);
    expect(zone.offsetAt(Date.parse('2025-03-09T08:00Z'))).toBe(-5 * HOUR);
    expect(zone.offsetAt(Date.parse('2027-01-01'))).toBe(-5 * HOUR);
    expect(zone.changesBetween(Date.UTC(2025, 0, 1), Date.UTC(2026, 0, 1))).toEqual([
      { at: Date.parse('2025-03-09T08:00Z'), offset: -5 * HOUR },
      { at: Date.parse('2025-11-02T07:00Z'), offset: -6 * HOUR },
    ]);
  });

  it('goes on by the rule after the last change', () => {
    const zone = parseTzif(writeTzif(BERLIN));
    expect(zone.offsetAt(Date.parse('1995-07-01'))).toBe(HOUR);
    expect(zone.offsetAt(Date.parse('2090-07-01'))).toBe(2 * HOUR);
    expect(zone.changesBetween(Date.UTC(1996, 0, 1), Date.UTC(1997, 0, 1)).map(({ offset }) => offset / HOUR)).toEqual([
      2, 1,
    ]);
  });

  it('reads a zone that never changes', () => {
    expect(parseTzif(writeTzif({ initial: 19_800, footer: 'IST-5:30' })).offsetAt(0)).toBe(5.5 * HOUR);
    expect(parseTzif(writeTzif({ initial: 0 })).changesBetween(0, 1e13)).toEqual([]);
  });

  const valid = writeTzif(BERLIN);
  const withByte = (index: number, value: number) => Buffer.from(valid).fill(value, index, index + 1);

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['a text', Buffer.from('# version 2026f\n'.repeat(20))],
    ['a header alone', valid.subarray(0, 44)],
    ['a file that is cut short', valid.subarray(0, -10)],
    ['a file of four billion changes', withByte(63 + 32, 255)],
    ['an offset that does not exist', withByte(63 + 44 + 8, 9)],
    ['no offset', Buffer.concat([Buffer.from('TZif2'), Buffer.alloc(200)])],
    ['leap seconds', withByte(31, 1)],
    ['an unreadable rule', writeTzif({ ...BERLIN, footer: 'CET-1CEST,M3' })],
    ['an offset of 30 hours', writeTzif({ initial: 108_000 })],
    ['changes out of order', writeTzif({ ...WINNIPEG, changes: [...WINNIPEG.changes].reverse() })],
  ])('refuses %s', (_case, bytes) => {
    expect(() => parseTzif(bytes)).toThrow(RangeError);
  });

  it('reads or refuses whatever has happened to a file', () => {
    const damage = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
    fc.assert(
      fc.property(damage, fc.nat(valid.length), (bytes, length) => {
        const file = Buffer.from(valid).subarray(0, length);
        for (const [index, value] of bytes) if (index < length) file[index] = value;
        try {
          expect(Number.isFinite(parseTzif(file).offsetAt(Date.UTC(2026, 6, 1)))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
