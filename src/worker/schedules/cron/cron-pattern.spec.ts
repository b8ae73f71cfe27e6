import { jest } from '@jest/globals';
import { Cron } from 'croner';
import fc from 'fast-check';
import { DAY, SECOND } from '../../../time/duration.js';
import { CronCalendar } from './cron-calendar.js';
import { parseCronFields } from './cron-fields.js';
import { CronPattern } from './cron-pattern.js';

const patternOf = (expression: string) => new CronPattern(parseCronFields(expression));

const times = fc.constantFrom('0 0', '*/15 9-17', '59 23', '0,30 */7', '7-59/10 *', '* 2');
const dates = fc.constantFrom(
  ...[
    '* * *',
    '13 * *',
    'L * *',
    'LW 2,4 *',
    '15W * *',
    '1W,31W,L * *',
    '29 2 *',
    '31 */2 *',
    '* * MON',
    '? 1-6/2 5-7',
  ],
  ...['13 * FRI', '*/10 * 0', 'L 6-8 MON#1', '* * 1#1,5L', '* 2 3#4', '1-7 * +MON', '* * +5L', '15W * +1,5'],
);
const expressions = fc.tuple(fc.constantFrom('0', '*/20', '5,59'), times, dates).map((fields) => fields.join(' '));
const walls = fc.integer({ min: Date.UTC(1960, 0, 1), max: Date.UTC(2100, 0, 1) });

describe('CronPattern', () => {
  it('has the matches of croner, forwards and backwards', () => {
    fc.assert(
      fc.property(expressions, walls, (expression, wall) => {
        const { dayRule } = parseCronFields(expression);
        const options = { timezone: 'UTC', mode: '6-part', domAndDow: dayRule === 'both' } as const;
        const croner = new Cron(expression.replace('+', ''), options);
        expect(patternOf(expression).next(wall)).toBe(croner.nextRun(new Date(wall))?.getTime() ?? null);
        const previous = croner.previousRuns(1, new Date(wall))[0]?.getTime() ?? null;
        expect(patternOf(expression).previous(wall)).toBe(previous);
      }),
      { numRuns: 100 },
    );
  });

  it('counts the matches that it finds one by one', () => {
    fc.assert(
      fc.property(expressions, walls, fc.integer({ min: 0, max: 10 * DAY }), (expression, from, length) => {
        const pattern = patternOf(expression);
        let count = 0;
        for (let wall = pattern.next(from - 1); wall !== null && wall < from + length; wall = pattern.next(wall))
          count += 1;
        expect(pattern.count(from, from + length)).toBe(count);
      }),
      { numRuns: 100 },
    );
  });

  it.each(['0 0 30 2 *', '0 0 31 4,6,9,11 *', '0 0 31W 2 *', '0 0 1 * +1#2'])(
    'knows that %s never comes',
    (expression) => {
      expect(patternOf(expression).next(0)).toBeNull();
      expect(patternOf(expression).previous(0)).toBeNull();
    },
  );

  it('knows what comes once in 40 years', () => {
    expect(patternOf('0 0 * 2 1#5').next(Date.UTC(2072, 2, 1))).toBe(Date.UTC(2112, 1, 29));
  });

  it('looks at no more days than lie before the next match', () => {
    const looks = jest.spyOn(CronCalendar.prototype, 'includes');
    patternOf('* * * * * *').next(0);
    expect(looks.mock.calls.length).toBe(1);
    patternOf('0 3 * * *').next(5 * SECOND);
    expect(looks.mock.calls.length).toBe(2);
    patternOf('0 0 1 1 *').next(0);
    expect(looks.mock.calls.length).toBeLessThan(2 + 367);
    looks.mockRestore();
  });
});
