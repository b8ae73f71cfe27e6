const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `850 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(milliseconds: number): string {
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 10 * SECOND) return `${(milliseconds / SECOND).toFixed(1)} s`;
  if (milliseconds < MINUTE) return `${Math.floor(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) return two(milliseconds, MINUTE, 'min', SECOND, 's');
  if (milliseconds < DAY) return two(milliseconds, HOUR, 'h', MINUTE, 'min');
  return two(milliseconds, DAY, 'd', HOUR, 'h');
}

function two(milliseconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((milliseconds % large) / small);
  const first = `${Math.floor(milliseconds / large)} ${largeName}`;
  return rest === 0 ? first : `${first} ${rest} ${smallName}`;
}

/** `in 4 min`, `12 s ago`, `now`; one unit, since a glance has to do. */
export function relative(instant: number, now: number): string {
  const distance = Math.abs(instant - now);
  if (distance < SECOND) return 'now';
  const [unit, name] =
    distance < MINUTE ? [SECOND, 's'] : distance < HOUR ? [MINUTE, 'min'] : distance < DAY ? [HOUR, 'h'] : [DAY, 'd'];
  const amount = `${Math.floor(distance / unit)} ${name}`;
  return instant > now ? `in ${amount}` : `${amount} ago`;
}

/** `1,204 of 5,000`. */
export function count(number: number): string {
  return number.toLocaleString('en');
}

const STATUS_WORDS: Readonly<Record<string, string>> = { timed_out: 'timed out' };
const TRIGGER_WORDS: Readonly<Record<string, string>> = {
  schedule: 'on schedule',
  catch_up: 'caught up',
  manual: 'by hand',
  retry: 'retry of failed items',
  start: 'at the start',
  after: 'after another task',
};

export function statusWords(status: string): string {
  return STATUS_WORDS[status] ?? status;
}

export { reasonWords } from '../../../src/runs/run-reasons';

export function triggerWords(trigger: string): string {
  return TRIGGER_WORDS[trigger] ?? trigger;
}
