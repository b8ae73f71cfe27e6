import { CronSchedule } from '../schedules/cron.schedule.js';
import { IntervalSchedule } from '../schedules/interval.schedule.js';
import { quoted, ScheduleInvalidError, TimeZoneUnknownError } from '../schedules/schedule.errors.js';
import { parseSchedule } from '../schedules/schedule.parser.js';
import type { Schedule } from '../schedules/schedule.js';
import { nearestName } from '../../config/nearest-name.js';
import type { ScheduleDeclaration } from './schedule-metadata.js';

/** What is wrong with a value, without saying whose it is. */
export interface Complaint {
  readonly found: string;
  readonly expected: string;
}

/** A schedule, and what is wrong with how it is written. Null for `off` too. */
export interface ReadSchedule {
  readonly schedule: Schedule | null;
  readonly complaints: readonly Complaint[];
}

type CronDeclaration = Extract<ScheduleDeclaration, { decorator: '@Cron' }>;

/** Options of `@Cron` that another mechanism of the worker stands for, and which one. */
const REPLACED_OPTIONS: Readonly<Record<string, string>> = {
  utcOffset: 'timeZone with an IANA zone such as Europe/Berlin, because an offset knows no daylight saving time',
  initialDelay: 'no initial delay: the first run is that of the first slot after the start',
  threshold: 'no threshold: the property catchUp of the task decides about late slots',
  unrefTimeout: 'no unrefTimeout: the process ends on a signal',
  tz: 'timeZone, such as Europe/Berlin',
  runOnInit: 'no runOnInit: RUN_ON_START=true runs interval tasks once after the start, `worker run` any task',
  start: 'no start: disabled: true declares a schedule that does not run',
  enabled: 'no enabled: disabled: true declares a schedule that does not run',
  onComplete: 'no onComplete: execute itself knows when it is done',
  context: 'no context: execute is called on the task',
};

/** The options that are honoured, and of which type they are. */
const OPTION_TYPES: Readonly<Record<string, 'string' | 'boolean'>> = {
  name: 'string',
  timeZone: 'string',
  disabled: 'boolean',
  waitForCompletion: 'boolean',
};

/** Reads a schedule from configuration or a decorator, in the zone that is in force. */
export function readSchedule(text: string, timezone: string): ReadSchedule {
  try {
    return { schedule: parseSchedule(text, timezone), complaints: [] };
  } catch (error) {
    if (error instanceof ScheduleInvalidError) return reject(quoted(text), error.expected);
    // The zone is reported where it is written.
    if (error instanceof TimeZoneUnknownError) return { schedule: null, complaints: [] };
    throw error;
  }
}

/** Reads the decorator of a task. `timezone` overrides its own. */
export function readDeclaration(declaration: ScheduleDeclaration, timezone: string | undefined): ReadSchedule {
  switch (declaration.decorator) {
    case '@Interval':
      return readInterval(declaration.milliseconds);
    case '@Cron':
      return readCron(declaration, timezone);
    case '@Timeout':
      return reject(
        '@Timeout',
        '@Interval or @Cron: a task is scheduled, and RUN_ON_START runs it once after the start',
      );
  }
}

/** The zone that a decorator names, if it names one. */
export function declaredTimeZone(declaration: ScheduleDeclaration | undefined): string | undefined {
  const zone = declaration?.decorator === '@Cron' ? (declaration.options['timeZone'] ?? undefined) : undefined;
  return zone === undefined || typeof zone === 'string' ? zone : JSON.stringify(zone);
}

function readInterval(milliseconds: unknown): ReadSchedule {
  if (IntervalSchedule.accepts(milliseconds)) {
    return { schedule: new IntervalSchedule(milliseconds), complaints: [] };
  }
  return reject(
    `@Interval(${String(milliseconds)})`,
    `a whole number of milliseconds, ${IntervalSchedule.range}, such as @Interval(5 * MINUTE)`,
  );
}

function readCron(declaration: CronDeclaration, timezone: string | undefined): ReadSchedule {
  const { time, options } = declaration;
  const complaints = optionComplaints(options);
  if (typeof time !== 'string') {
    return reject(`@Cron(${String(time)})`, 'a cron expression such as 0 3 * * *: a schedule repeats', complaints);
  }
  const { schedule, complaints: about } = readSchedule(time, timezone ?? declaredTimeZone(declaration) ?? 'UTC');
  const wrong = about.map(({ found, expected }) => ({ found: `@Cron(${found})`, expected }));
  if (wrong.length > 0) return { schedule: null, complaints: [...complaints, ...wrong] };
  if (schedule !== null && !(schedule instanceof CronSchedule)) {
    return reject(`@Cron(${JSON.stringify(time)})`, 'a cron expression such as 0 3 * * *, or @Interval', complaints);
  }
  return { schedule: options['disabled'] === true ? null : schedule, complaints };
}

function optionComplaints(options: Readonly<Record<string, unknown>>): Complaint[] {
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== null);
  return given.flatMap(([option, value]) => {
    const expected = optionInstead(option, value);
    const found = Object.hasOwn(OPTION_TYPES, option) ? `@Cron with ${option}: ${show(value)}` : `@Cron with ${option}`;
    return expected === undefined ? [] : [{ found, expected }];
  });
}

/** What to write instead of an option; undefined where there is nothing wrong with it. */
function optionInstead(option: string, value: unknown): string | undefined {
  if (Object.hasOwn(REPLACED_OPTIONS, option)) return REPLACED_OPTIONS[option];
  const type = Object.hasOwn(OPTION_TYPES, option) ? OPTION_TYPES[option] : undefined;
  if (type === undefined) {
    const known = Object.keys(OPTION_TYPES);
    return nearestName(option, known) ?? `one of the options ${known.join(', ')}`;
  }
  // A zone that is not a text is refused with all other unknown zones.
  if (typeof value !== type && option !== 'timeZone') return type === 'boolean' ? 'true or false' : 'a text';
  if (option !== 'waitForCompletion' || value === true) return undefined;
  return 'no waitForCompletion: a task never runs twice at once, its property overlap says what happens instead';
}

export function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function reject(found: string, expected: string, others: readonly Complaint[] = []): ReadSchedule {
  return { schedule: null, complaints: [...others, { found, expected }] };
}
