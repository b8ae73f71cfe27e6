import { CronTime } from 'cron';

import { CronSchedule } from './cron.schedule.js';
import { parseSchedule } from './schedule.parser.js';

/** Monday, 2 November 2026: a month that begins on a Sunday. */
const MONTH = [Date.UTC(2026, 10, 1) - 1, Date.UTC(2026, 11, 1) - 1] as const;
const EVERY_DAY = Array.from({ length: 30 }, (_, index) => index + 1);
const MONDAY_TO_FRIDAY = EVERY_DAY.filter((day) => day % 7 >= 2 || day % 7 === 0).filter((day) => day % 7 !== 0);

/** The days of November 2026 on which an expression is due. */
function days(expression: string): number[] {
  const { slots } = new CronSchedule(expression, 'UTC').between(...MONTH, 10_000);
  return [...new Set(slots.map((slot) => new Date(slot).getUTCDate()))];
}

function refusal(text: string): string {
  try {
    parseSchedule(text, 'UTC');
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

describe('Day of month and weekday', () => {
  it.each([
    ['0 0 */1 * 1-5', MONDAY_TO_FRIDAY],
    ['0 3 1 * */1', [1]],
    ['0 0 *,15 * MON', [2, 9, 16, 23, 30]],
    ['0 0 15,* * MON', [2, 9, 16, 23, 30]],
    ['0 0 * * *,MON', EVERY_DAY],
    ['0 0 13 * *', [13]],
    ['0 0 ? * MON', [2, 9, 16, 23, 30]],
    ['0 0 13 * ?', [13]],
  ])('%s: a star leaves the choice to the other field', (expression, expected) => {
    expect(days(expression)).toEqual(expected);
  });

  it.each([
    ['0 0 13 * MON', [2, 9, 13, 16, 23, 30]],
    ['0 0 */10 * MON', [1, 2, 9, 11, 16, 21, 23, 30]],
    ['0 0 1 * */3', [1, 4, 7, 8, 11, 14, 15, 18, 21, 22, 25, 28, 29]],
    ['0 0 1-31 * MON', EVERY_DAY],
    ['0 0 1 * 0-6', EVERY_DAY],
    ['0 0 L * MON#1', [2, 30]],
  ])('%s: are either-or without a star, and */2 is not a star', (expression, expected) => {
    expect(days(expression)).toEqual(expected);
  });

  it('have to agree with a + before the weekday', () => {
    expect(days('0 0 1-7 * +FRI')).toEqual([6]);
  });

  it.each(['0 0 */1 * 1-5', '0 3 1 * */1', '0 0 * * MON', '0 0 13 * MON', '0 0 */10 * MON'])(
    '%s falls on the days of @nestjs/schedule',
    (expression) => {
      const theirs: number[] = [];
      const cron = new CronTime(expression, 'UTC');
      for (let after = MONTH[0]; ;) {
        const next = cron.getNextDateFrom(new Date(after)).toMillis();
        if (next > MONTH[1]) break;
        theirs.push(new Date(next).getUTCDate());
        after = next;
      }
      expect(days(expression)).toEqual(theirs);
    },
  );
});

describe('A cron expression of another dialect', () => {
  it.each([
    ['0 12 * * ? *', /expected 0 12 \* \* \? .*only in the two day fields.* a year, .* is not taken/],
    ['0 12 ? * 2 *', /0 12 \? \* MON\b/],
    ['0 0 12 ? * MON-FRI 2027', /0 0 12 \? \* MON-FRI\b/],
    ['0 0 12 ? * 2-6 *', /0 0 12 \? \* MON-FRI\b/],
    ['0 0 3 * * * 2027', /a year/],
    ['? 0 12 * * *', /\? .*day fields/],
    ['0 ? * * *', /\? .*day fields/],
    ['0 0 * ? *', /\? .*day fields/],
    ['0 0 ?,5 * *', /\? .*stands alone/],
    ['cron(0 12 * * ? *)', /0 12 \* \* \?/],
    ['rate(5 minutes)', /every 5m/],
    ['@reboot', /RUN_ON_START=true/],
    ['@every 5m', /every 5m/],
    ['@every 1h30m', /every 90m/],
    ['@every fortnight', /every 5m/],
    ['@weekdays', /0 0 \* \* 1-5/],
    ['@minutely', /every 1m/],
    ['@fortnightly', /@daily/],
    ['CRON_TZ=Europe/Berlin 0 3 * * *', /TASK_<NAME>_TIMEZONE=Europe\/Berlin.*0 3 \* \* \*/],
    ['TZ=Europe/Berlin 0 3 * * *', /TASK_<NAME>_TIMEZONE=Europe\/Berlin/],
    ['0 3 * * * Europe/Berlin', /TASK_<NAME>_TIMEZONE=Europe\/Berlin.*0 3 \* \* \*/],
    ['0 3 * * * UTC', /TASK_<NAME>_TIMEZONE=UTC/],
    ['0 0 3 * * * America/New_York', /TASK_<NAME>_TIMEZONE=America\/New_York.*0 0 3 \* \* \*/],
    ['0/5 * * * *', /minute: .*\*\/5/],
    ['5/15 * * * *', /minute: .*5-59\/15/],
    ['/5 * * * *', /minute: .*\*\/5/],
    ['*/90 * * * *', /minute: .*90.*every 90m/],
    ['0 */36 * * *', /hour: .*36.*every 36h/],
    ['*/90 * * * * *', /second: .*90.*every 90s/],
    ['0 0 */45 * *', /day of month: .*45.*every 45d/],
    ['0 0 1 */18 *', /month: .*18/],
    ['0 22-2 * * *', /hour: .*22-23,0-2/],
    ['0 0 * NOV-FEB *', /month: .*NOV-DEC,JAN-FEB/],
    ['0 0 * * 5-1', /weekday: .*5-6,0-1/],
  ])('%s is refused with what to write instead', (text, expected) => {
    expect(refusal(text)).toMatch(expected);
    expect(refusal(text)).toContain(JSON.stringify(text));
  });

  it.each([
    ['0 0 32 * *', 'day of month: 32 is not from 1 to 31'],
    ['0 0 0 * *', 'day of month: 0 is not from 1 to 31'],
    ['0 0 1 13 *', 'month: 13 is not from 1 to 12'],
    ['0 0 1 0 *', 'month: 0 is not from 1 to 12'],
    ['0 24 * * *', 'hour: 24 is not from 0 to 23'],
    ['60 * * * *', 'minute: 60 is not from 0 to 59'],
    ['60 * * * * *', 'second: 60 is not from 0 to 59'],
    ['0 0 * * 8', 'weekday: 8 is not from 0 to 7'],
    ['0 0 1-32 * *', 'day of month: 32 is not from 1 to 31'],
    ['0 0 32W * *', 'day of month: 32 is not from 1 to 31'],
    ['0 0 * * FUNDAY', 'weekday: FUNDAY is not a number from 0 to 7 or a name such as SUN'],
    ['0 0 * FOO *', 'month: FOO is not a number from 1 to 12 or a name such as JAN'],
    ['0 x * * *', 'hour: x is not a number from 0 to 23'],
    ['0 0 * * 1#6', 'weekday: 6 in 1#6 is not from 1 to 5 or L'],
    ['*/0 * * * *', 'minute: a step of 0'],
    ['0,,5 * * * *', 'minute: an empty item'],
    ['0 0 L-3 * *', 'day of month: L in L-3 is not a number'],
    ['0 0 LW,15 * *', 'day of month: LW'],
    ['0 5L * * *', 'hour: 5L'],
    ['0 1.5 * * *', 'hour: 1.5'],
    ['-1 * * * *', 'minute: -1'],
    [`${'0,'.repeat(600_000)}0 * * * *`, 'it has more than 1000 characters'],
  ])('%.20s: the message names what was typed: %s', (text, expected) => {
    expect(refusal(text)).toContain(`(${expected}`);
  });
});

describe('A nickname', () => {
  it.each([
    ['@hourly', '0 * * * *'],
    ['@daily', '0 0 * * *'],
    ['@midnight', '0 0 * * *'],
    ['@weekly', '0 0 * * 0'],
    ['@monthly', '0 0 1 * *'],
    ['@yearly', '0 0 1 1 *'],
    ['@annually', '0 0 1 1 *'],
    ['@Daily', '0 0 * * *'],
  ])('%s means %s', (nickname, expression) => {
    const [short, long] = [new CronSchedule(nickname, 'UTC'), new CronSchedule(expression, 'UTC')];
    const year = [Date.UTC(2026, 0, 1) - 1, Date.UTC(2027, 0, 2)] as const;
    expect(short.between(...year, 10_000)).toEqual(long.between(...year, 10_000));
    expect(short.description).toBe(long.description);
  });
});

describe('Words of an interval', () => {
  it.each([
    ['every 5 minutes', 'every 5m'],
    ['every 1 minute', 'every 1m'],
    ['every minute', 'every 1m'],
    ['Every 2 Hours', 'every 2h'],
    ['every hour', 'every 1h'],
    ['every 90 seconds', 'every 90s'],
    ['every second', 'every 1s'],
    ['every 30 days', 'every 30d'],
    ['every day', 'every 1d'],
    ['every 250 milliseconds', 'every 250ms'],
  ])('%s is %s', (text, expected) => {
    expect(parseSchedule(text, 'UTC')?.text).toBe(expected);
  });

  it.each(['every 5 fortnights', 'every few minutes', 'every 1.5 hours', 'every minutes ago', 'every'])(
    '%s is refused',
    (text) => {
      expect(refusal(text)).toMatch(/every and a duration/);
    },
  );
});

describe('A warning', () => {
  const warnings = (text: string) => new CronSchedule(text, 'UTC').warnings;

  it.each([
    ['0 0 12 ? * 2', /2 is Tuesday, while Quartz and EventBridge count from Sunday = 1.*TUE/],
    ['0 12 ? * 2-6', /2 is Tuesday.*TUE,WED,THU,FRI,SAT/],
    ['0 0 12 ? * 6#3', /6 is Saturday, .*SAT/],
    ['0 2 1-7 * 1', /on days 1 to 7 of the month or on Monday.*0 2 \* \* 1#1/],
    ['0 2 8-14 * TUE', /0 2 \* \* TUE#2/],
    ['0 0 2 15-21 * 3', /0 0 2 \* \* 3#3/],
    ['0 0 */2 * 1-5', /or Monday through Friday.*0 0 \*\/2 \* \+1-5/],
    ['0 0 13 * FRI', /0 0 13 \* \+FRI/],
    ['0 0 1-31 * MON', /1-31 is not a star.*0 0 \* \* MON/],
    ['0 0 1 * 0-6', /0-6 is not a star.*0 0 1 \* \*/],
  ])('comes with %s', (text, expected) => {
    expect(
      warnings(text)
        .map(({ means, instead }) => `${means}; ${instead}`)
        .join('\n'),
    ).toMatch(expected);
  });

  it.each(['0 3 * * *', '0 0 12 ? * MON', '0 0 13 * ?', '0 0 */1 * 1-5', '0 2 * * 1#1', '0 0 13 * +FRI', '@weekly'])(
    'does not come with %s',
    (text) => {
      expect(warnings(text)).toEqual([]);
    },
  );
});
