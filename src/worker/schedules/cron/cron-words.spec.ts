import { CronExpression } from '@nestjs/schedule';
import fc from 'fast-check';
import { DAY, HOUR, MINUTE, SECOND } from '../../../time/duration.js';
import { readWords } from '../testing/words-reader.js';
import { parseCronFields } from './cron-fields.js';
import { CronPattern } from './cron-pattern.js';
import { cronWords } from './cron-words.js';

const wordsOf = (expression: string) => cronWords(parseCronFields(expression));

function field(min: number, max: number): fc.Arbitrary<string> {
  const value = fc.integer({ min, max });
  const range = fc.tuple(value, value).map(([a, b]) => [Math.min(a, b), Math.max(a, b)].join('-'));
  const step = fc.integer({ min: 1, max: max - min });
  const item = fc.oneof(
    { weight: 3, arbitrary: value.map(String) },
    { weight: 2, arbitrary: range },
    { weight: 2, arbitrary: step.map((by) => `*/${by}`) },
    { weight: 1, arbitrary: fc.tuple(range, step).map(([span, by]) => `${span}/${by}`) },
  );
  const list = fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => items.join(','));
  return fc.oneof({ weight: 2, arbitrary: fc.constant('*') }, { weight: 3, arbitrary: item }, list);
}

const days = fc.oneof(
  { weight: 3, arbitrary: field(1, 31) },
  fc.constantFrom('L', 'LW', '15W', '1W,31W', 'L,10', '?', '1-31', '*,15', '1-7'),
);
const weekdays = fc.oneof(
  { weight: 3, arbitrary: field(0, 7) },
  fc.constantFrom('MON', 'mon-fri', 'FRI-SUN', '1#1', '5L', '1#1,5L,3', '+5', '+1#2,0', '0-6', '2-4#3'),
);
const expressions = fc.oneof(
  fc.tuple(field(0, 59), field(0, 23), days, field(1, 12), weekdays),
  fc.tuple(field(0, 59), field(0, 59), field(0, 23), days, field(1, 12), weekdays),
);
const instants = fc.integer({ min: Date.UTC(2024, 0, 1) / SECOND, max: Date.UTC(2030, 0, 1) / SECOND });

/**
 * Wall times at which words and slots could disagree: slots, and what is one unit away from them.
 */
function probes(pattern: CronPattern, around: number): number[] {
  const slots = [pattern.next(around), pattern.previous(around), pattern.next(around + DAY)];
  const near = [0, SECOND, MINUTE, HOUR, DAY, 7 * DAY, 31 * DAY].flatMap((distance) => [distance, -distance]);
  return [around, ...slots.flatMap((slot) => (slot === null ? [] : near.map((distance) => slot + distance)))];
}

function expectAgreement(expression: string, around: number): void {
  const fields = parseCronFields(expression);
  const pattern = new CronPattern(fields);
  const due = readWords(cronWords(fields));
  for (const wall of probes(pattern, around)) {
    const fires = pattern.count(wall, wall + SECOND) > 0;
    if (due(new Date(wall)) === fires) continue;
    throw new Error(
      `${expression}, "${cronWords(fields)}": ${fires ? '' : 'not '}due at ${new Date(wall).toISOString()}`,
    );
  }
}

describe('cronWords', () => {
  it('say when an expression is due, and nothing else', () => {
    fc.assert(
      fc.property(expressions, instants, (fields, seconds) => {
        expectAgreement(fields.join(' '), seconds * SECOND);
      }),
      { numRuns: 600 },
    );
  });

  it.each(Object.entries(CronExpression))('are true of CronExpression.%s', (_name, expression) => {
    expectAgreement(expression, Date.UTC(2026, 6, 3, 4, 5, 6));
  });

  it.each([
    ['* * * * *', 'every minute'],
    ['* * * * * *', 'every second'],
    ['*/15 * * * *', 'every 15 minutes'],
    ['*/20 * * * * *', 'every 20 seconds'],
    ['@hourly', 'every hour'],
    ['0 */2 * * *', 'every 2 hours'],
    ['0 */12 * * *', 'every 12 hours'],
    ['30 * * * *', 'at minute 30 of every hour'],
    ['*/45 * * * *', 'at minutes 0 and 45 of every hour'],
    ['*/40 * * * *', 'at minutes 0 and 40 of every hour'],
    ['*/25 * * * *', 'at minutes 0, 25 and 50 of every hour'],
    ['0 */7 * * *', 'at 00:00, 07:00, 14:00 and 21:00'],
    ['0 */5 * * *', 'every 5 hours from 00:00 to 20:00'],
    ['0 1-23/2 * * *', 'every 2 hours from 01:00 to 23:00'],
    ['7-59/10 * * * *', 'every 10 minutes from 00:07 to 23:57'],
    ['*/10 1-4 * * *', 'every 10 minutes from 01:00 to 04:50'],
    ['*/15 9-17 * * 1-5', 'every 15 minutes from 09:00 to 17:45, Monday through Friday'],
    ['*/10 1,5,9 * * *', 'every 10 minutes of hours 1, 5 and 9'],
    ['0 3 * * *', 'at 03:00'],
    ['30 9,17 * * *', 'at 09:30 and 17:30'],
    ['0 9-17 * * *', 'every hour from 09:00 to 17:00'],
    ['0,30 9,12-14,17 * * *', 'every 30 minutes of hours 9, 12 to 14 and 17'],
    ['*/20 0 3 * * *', 'at 03:00:00, 03:00:20 and 03:00:40'],
    ['* 0 3 * * *', 'every second from 03:00:00 to 03:00:59'],
    ['5 * * * * *', 'at second 5 of every minute'],
    ['5 */2 3 * * *', 'every 2 minutes from 03:00:05 to 03:58:05'],
    [
      '5,6 */2 3 * * *',
      'at seconds 5 and 6 of minutes 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56 and 58 of hour 3',
    ],
    ['10,25 */7 * * * *', 'at seconds 10 and 25 of minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour'],
    ['0 0 1 */5 *', 'at 00:00, on day 1 of the month, in January, June and November'],
    ['0 0 1,15 * *', 'at 00:00, on days 1 and 15 of the month'],
    ['0 0 L * *', 'at 00:00, on the last day of the month'],
    ['0 0 LW * *', 'at 00:00, on the last weekday (Monday to Friday) of the month'],
    ['0 0 15W * *', 'at 00:00, on the weekday (Monday to Friday) nearest to day 15 of the month'],
    ['0 9 * * 1#1', 'at 09:00, on the 1st Monday of the month'],
    ['0 9 * * 5L', 'at 09:00, on the last Friday of the month'],
    ['0 9 * * 1,3,5', 'at 09:00, on Monday, Wednesday and Friday'],
    ['0 9 * * 6,0', 'at 09:00, on Saturday and Sunday'],
    ['0 9 * * FRI-SUN', 'at 09:00, Friday through Sunday'],
    [
      '0 0 */2 * 1-5',
      'at 00:00, on days 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29 and 31 of the month or Monday through Friday',
    ],
    ['0 2 1-7 * 1', 'at 02:00, on days 1 to 7 of the month or on Monday'],
    ['0 0 13 * +FRI', 'at 00:00, on day 13 of the month, but only on Friday'],
    ['0 0 */1 * 1-5', 'at 00:00, Monday through Friday'],
    ['0 3 1 * */1', 'at 03:00, on day 1 of the month'],
    ['0 0 *,15 * MON', 'at 00:00, on Monday'],
    ['0 0 1-31 * MON', 'at 00:00'],
    ['0 0 * 1-3,12 *', 'at 00:00, in January through March and December'],
  ])('call %s "%s"', (expression, words) => {
    expect(wordsOf(expression)).toBe(words);
  });
});
