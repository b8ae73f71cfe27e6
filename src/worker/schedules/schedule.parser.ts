import { DURATION_EXAMPLES, parseDuration } from '../../time/duration.js';
import { CronSchedule } from './cron.schedule.js';
import { MAX_EXPRESSION_CHARACTERS } from './cron/cron-fields.js';
import { insteadOf } from './cron/foreign-dialects.js';
import { IntervalSchedule } from './interval.schedule.js';
import { ScheduleInvalidError, TimeZoneUnknownError } from './schedule.errors.js';
import type { Schedule } from './schedule.js';
import { isTimeZone, likelyTimeZone } from './zones/zone-names.js';

const FORMS = 'every 5m, a cron expression of 5 or 6 fields such as 0 3 * * *, or off';
const INTERVALS = `every and ${DURATION_EXAMPLES} or in words such as 5 minutes, ${IntervalSchedule.range}`;
const CRON = '5 or 6 fields ([second] minute hour day month weekday), such as 0 3 * * * or */15 9-17 * * 1-5';

/** No zone has a name of half that length. */
const MAX_ZONE_CHARS = 100;

/** Any instant will do: an expression has no years, and if not due in some thousand never is. */
const SOME_INSTANT = Date.UTC(2000, 0, 1);

/**
 * Reads a schedule as it is written in configuration; null for `off`. The zone matters to cron
 * expressions only. Throws a `ScheduleInvalidError` or a `TimeZoneUnknownError`.
 */
export function parseSchedule(text: string, timezone: string): Schedule | null {
  const trimmed = text.trim();
  if (trimmed.length > MAX_EXPRESSION_CHARACTERS) {
    throw new ScheduleInvalidError(trimmed, `${CRON} (it has more than ${MAX_EXPRESSION_CHARACTERS} characters)`);
  }
  const normal = trimmed.replace(/\s+/g, ' ');
  if (/^off$/i.test(normal)) return null;
  if (/^every\b/i.test(normal)) return parseInterval(normal);
  return parseCron(normal, timezone);
}

/**
 * Throws a `TimeZoneUnknownError`. Offsets such as `+02:00` are not zones, since they know no
 * daylight saving time, nor are abbreviations such as `IST`, which stand for several.
 */
export function checkTimeZone(timezone: string): void {
  const name = timezone.slice(0, MAX_ZONE_CHARS);
  if (!isTimeZone(name)) throw new TimeZoneUnknownError(name, likelyTimeZone(name));
}

function parseInterval(text: string): IntervalSchedule {
  const length = parseDuration(inShort(text.slice('every'.length).trim()));
  if (!IntervalSchedule.accepts(length)) throw new ScheduleInvalidError(text, INTERVALS);
  return new IntervalSchedule(length);
}

/** `5m` for `5 minutes`, `1h` for `hour`. */
function inShort(words: string): string {
  const [, amount = '1', unit] = /^(?:(\d+) )?(millisecond|second|minute|hour|day)s?$/i.exec(words) ?? [];
  if (unit === undefined) return words;
  return amount + (/^milli/i.test(unit) ? 'ms' : unit.charAt(0).toLowerCase());
}

function parseCron(text: string, timezone: string): CronSchedule {
  if (!/^@\w+$| /.test(text)) throw new ScheduleInvalidError(text, FORMS);
  checkTimeZone(timezone);
  const schedule = compileCron(text, timezone);
  if (schedule.next(SOME_INSTANT) !== null) return schedule;
  throw new ScheduleInvalidError(text, 'a cron expression that is due at some time, such as 0 3 * * *; this never is');
}

function compileCron(text: string, timezone: string): CronSchedule {
  try {
    return new CronSchedule(text, timezone);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const instead = insteadOf(text);
    const expected = instead === undefined ? `${CRON} (${cause.message})` : `${instead}; otherwise ${CRON}`;
    throw new ScheduleInvalidError(text, expected, { cause });
  }
}
