import { CronExpression } from '@nestjs/schedule';
import { CronSchedule } from './cron.schedule.js';
import { IntervalSchedule } from './interval.schedule.js';
import { ScheduleInvalidError, TimeZoneUnknownError } from './schedule.errors.js';
import { checkTimeZone, parseSchedule } from './schedule.parser.js';

describe('parseSchedule', () => {
  it.each([
    ['every 5m', 'every 5m'],
    ['every 100ms', 'every 100ms'],
    ['  Every   1 h ', 'every 1h'],
    ['every 3600s', 'every 1h'],
    ['every 30d', 'every 30d'],
    ['every 3650d', 'every 3650d'],
  ])('reads "%s" as an interval', (text, normal) => {
    const schedule = parseSchedule(text, 'Europe/Berlin');
    expect(schedule).toBeInstanceOf(IntervalSchedule);
    expect(schedule).toMatchObject({ text: normal, timezone: 'UTC' });
  });

  it.each(['off', 'OFF', ' off '])('reads "%s" as no schedule', (text) => {
    expect(parseSchedule(text, 'UTC')).toBeNull();
  });

  it.each(['0 3 * * *', '*/15 9-17 * * MON-FRI', '30 0 3 * * *', '@daily', '0 0 L * *', '0 9 * * 1#1', '0 0 29 2 *'])(
    'reads "%s" as a cron expression in its zone',
    (text) => {
      const schedule = parseSchedule(text, 'Europe/Berlin');
      expect(schedule).toBeInstanceOf(CronSchedule);
      expect(schedule).toMatchObject({ text, timezone: 'Europe/Berlin' });
    },
  );

  it('takes no offence at the white space of a cron expression', () => {
    expect(parseSchedule(' 0   3 * *\t* ', 'UTC')?.text).toBe('0 3 * * *');
  });

  it.each(Object.entries(CronExpression))('reads CronExpression.%s', (_name, expression) => {
    expect(parseSchedule(expression, 'UTC')?.next(0)).toBeGreaterThan(0);
  });

  it.each([
    ['every', /every and a duration such as .*5s.*from 100ms/],
    ['every 5', /every and a duration/],
    ['every 99ms', /from 100ms/],
    ['every 0s', /from 100ms/],
    ['every -5m', /every and a duration/],
    ['every 36501d', /to 36500d/],
    ['every 999999999999d', /to 36500d/],
    ['5m', /every 5m, a cron expression of 5 or 6 fields such as 0 3 \* \* \*, or off/],
    ['hourly', /every 5m, a cron expression/],
    ['', /every 5m, a cron expression/],
    ['2026-12-24T00:00:00', /every 5m, a cron expression/],
    ['* * * *', /5 or 6 fields .* such as 0 3 \* \* \*/],
    ['0 0 3 * * * 2027', /5 or 6 fields/],
    ['60 * * * *', /such as 0 3 \* \* \* .*minute: 60/],
    ['0 25 * * *', /such as 0 3 \* \* \*/],
    ['0 3 * * FUNDAY', /such as 0 3 \* \* \*/],
    ['5/15 * * * *', /such as 0 3 \* \* \*/],
    ['0 22-2 * * *', /such as 0 3 \* \* \*/],
    ['@reboot', /such as 0 3 \* \* \*/],
    ['@fortnightly', /such as 0 3 \* \* \*/],
    ['0 0 30 2 *', /due at some time, such as 0 3 \* \* \*; this never is/],
    ['0 0 31 4,6,9,11 *', /this never is/],
  ])('rejects "%s" and says what is expected', (text, expected) => {
    const parse = () => parseSchedule(text, 'UTC');
    expect(parse).toThrow(ScheduleInvalidError);
    expect(parse).toThrow(expected);
  });

  it.each(['Mars/Olympus', '', '+02:00', 'UTC+2', 'Europe/Berlin ', '../../etc/passwd'])(
    'knows no zone "%s"',
    (timezone) => {
      expect(() => checkTimeZone(timezone)).toThrow(TimeZoneUnknownError);
      expect(() => parseSchedule('0 3 * * *', timezone)).toThrow(/an IANA time zone such as Europe\/Berlin/);
    },
  );

  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'Asia/Calcutta'])(
    'knows %s',
    (timezone) => {
      expect(() => checkTimeZone(timezone)).not.toThrow();
    },
  );
});
