import { MINUTE } from '../../../time/duration.js';

/**
 * The rule of `CronSchedule` in its plainest form, as a reference for tests: look at the clock of
 * the zone every minute and see which times it has come to since the last look.
 */
export function slotsByWatchingTheClock(expression: string, timeZone: string, after: number, until: number): number[] {
  const clock = new Intl.DateTimeFormat('en-US', {
    ...{
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    },
  });
  const matches = matcher(expression);
  const [minute = '', hour = ''] = expression.split(' ');
  const elapsed = /^(\*|0-59)/.test(minute) || numbers(hour, 0, 23).size === 24;
  const slots: number[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (let instant = Math.floor(after / MINUTE) * MINUTE - 240 * MINUTE; instant <= until; instant += MINUTE) {
    const wall = read(clock, instant);
    const came = elapsed
      ? matches(wall)
      : wall > latest && anyMatch(matches, Math.max(latest, wall - 1440 * MINUTE), wall);
    if (came && instant > after) slots.push(instant);
    latest = Math.max(latest, wall);
  }
  return slots;
}

function anyMatch(matches: (wall: number) => boolean, after: number, until: number): boolean {
  for (let wall = after + MINUTE; wall <= until; wall += MINUTE) if (matches(wall)) return true;
  return false;
}

function read(clock: Intl.DateTimeFormat, instant: number): number {
  const parts = Object.fromEntries(clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute);
}

/** Five fields with lists, ranges, steps and `L`. */
function matcher(expression: string): (wall: number) => boolean {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = expression.split(' ');
  const [minutes, hours, months] = [numbers(minute, 0, 59), numbers(hour, 0, 23), numbers(month, 1, 12)];
  const [days, weekdays] = [numbers(day.replace(/,?L/, ''), 1, 31), numbers(weekday, 0, 6)];
  return (wall) => {
    const date = new Date(wall);
    const isLast = new Date(wall + 1440 * MINUTE).getUTCDate() === 1;
    const onDay = days.has(date.getUTCDate()) || (day.includes('L') && isLast);
    const onWeekday = weekdays.has(date.getUTCDay());
    const onDate = day !== '*' && weekday !== '*' ? onDay || onWeekday : onDay && onWeekday;
    const atTime = hours.has(date.getUTCHours()) && minutes.has(date.getUTCMinutes());
    return atTime && onDate && months.has(date.getUTCMonth() + 1);
  };
}

function numbers(field: string, least: number, most: number): Set<number> {
  const ranges = field.split(',').filter(Boolean);
  return new Set(
    ranges.flatMap((range) => {
      const [span = '', step = '1'] = range.split('/');
      const [from = least, to = from] = span === '*' ? [least, most] : span.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => from + index).filter(
        (value) => (value - from) % Number(step) === 0,
      );
    }),
  );
}
