import { createHash } from 'node:crypto';
import type { ConfigurationProblem } from '../../config/configuration.error.js';
import type { ConfigurationWarning, TaskOverride } from '../../config/settings.js';
import type { RegisteredTask } from './registered-task.js';
import { CronSchedule } from '../schedules/cron.schedule.js';
import type { CronWarning } from '../schedules/cron/cron-warnings.js';
import { IntervalSchedule } from '../schedules/interval.schedule.js';
import { TimeZoneUnknownError } from '../schedules/schedule.errors.js';
import { checkTimeZone } from '../schedules/schedule.parser.js';
import type { Schedule } from '../schedules/schedule.js';
import { isTimeZone, zoneWarning } from '../schedules/zones/zone-names.js';
import { BatchTask } from '../authoring/batch.task.js';
import { OwnSettings } from './own-settings.js';
import { propertyComplaints } from './property-complaints.js';
import type { DiscoveredTask } from './task-source.js';
import { type Complaint, declaredTimeZone, readDeclaration, readSchedule, show } from './declared-schedule.js';

/** The beginning of the variables that override the settings of a task. */
export function variablePrefix(taskName: string): string {
  return `TASK_${taskName.toUpperCase()}_`;
}

/** Settles what is in force for one task: its own settings, overridden by the environment. */
export class TaskResolver {
  readonly problems: ConfigurationProblem[] = [];
  /** What is valid and may still be a slip. Only about the schedule that is in force. */
  readonly warnings: ConfigurationWarning[] = [];

  constructor(
    private readonly discovered: DiscoveredTask,
    private readonly override: TaskOverride,
    private readonly variables: ReadonlyMap<string, string>,
  ) {}

  resolve(): RegisteredTask {
    const { task } = this.discovered;
    for (const complaint of propertyComplaints(task)) this.complain(complaint);
    const own = new OwnSettings(task, this.variables);
    own.read();
    this.problems.push(...own.problems);
    return {
      task,
      name: task.name,
      schedule: this.schedule(),
      timeout: this.override.timeout ?? task.timeout,
      manualOnly: task.manualOnly,
      freshness: task.freshness,
      overlap: task.overlap,
      catchUp: this.override.catchUp ?? task.catchUp,
      delay: Math.floor((this.override.spread ?? 0) * placeOf(String(task.name))),
      concurrency: this.concurrency(),
      ownSettings: own.shown,
    };
  }

  private concurrency(): number {
    const { task } = this.discovered;
    const { concurrency: overridden } = this.override;
    if (task instanceof BatchTask) return this.batchConcurrency(task);
    if (overridden !== undefined) {
      const expected = 'no such variable: this task has no items, and a task never runs twice at once';
      this.complain({ found: String(overridden), expected }, this.variable('CONCURRENCY'));
    }
    return Infinity;
  }

  private batchConcurrency({ concurrency }: BatchTask<unknown, unknown>): number {
    if (concurrency !== Infinity && (!Number.isInteger(concurrency) || concurrency < 1)) {
      this.complain({ found: `with concurrency ${show(concurrency)}`, expected: 'a whole number from 1 on' });
    }
    return this.override.concurrency ?? concurrency;
  }

  private schedule(): Schedule | null {
    this.checkTimeZones();
    const declared = this.declaredSchedule();
    const { schedule: text, timezone } = this.override;
    if (text === undefined) return this.inForce(declared);
    const { schedule, complaints } = readSchedule(text, timezone ?? this.declaredZone() ?? 'UTC');
    for (const complaint of complaints) this.complain(complaint, this.variable('SCHEDULE'));
    return this.inForce(schedule);
  }

  private inForce(schedule: Schedule | null): Schedule | null {
    this.checkZoneIsOfUse(schedule);
    if (schedule instanceof CronSchedule) this.warnAbout(schedule);
    return schedule;
  }

  private warnAbout({ text, timezone, warnings }: CronSchedule): void {
    const { schedule: ownText, timezone: ownZone } = this.override;
    const about = zoneWarning(timezone);
    for (const warning of warnings) {
      if (ownText === undefined) this.warn(this.subject(), `has @Cron(${show(text)})`, warning);
      else this.warn(this.variable('SCHEDULE'), `is ${show(text)}`, warning);
    }
    if (!about) return;
    if (ownZone === undefined) this.warn(this.subject(), `has @Cron with timeZone ${show(timezone)}`, about);
    else this.warn(this.variable('TIMEZONE'), `is ${show(timezone)}`, about);
  }

  private warn(subject: string, what: string, { means, instead }: CronWarning): void {
    this.warnings.push({ subject, message: `${what}, ${means}; write ${instead}` });
  }

  /** Reads the decorator even where it is overridden: its mistakes count in any environment. */
  private declaredSchedule(): Schedule | null {
    const { task, declarations } = this.discovered;
    const [declaration, ...others] = declarations;
    if (others.length > 0) {
      const found = `scheduled by ${declarations.map(({ decorator }) => decorator).join(' and ')}`;
      const expected =
        'one decorator: a further time of day goes into the expression (0 3,15 * * *) or into a task of its own';
      this.complain({ found, expected });
    }
    if (task.manualOnly && declaration) {
      this.complain({ found: `manualOnly with ${declaration.decorator}`, expected: 'one or the other' });
    }
    if (!declaration) {
      const scheduled = task.manualOnly || task.after.length > 0 || this.override.schedule !== undefined;
      if (!scheduled) this.complain(this.scheduleMissing());
      return null;
    }
    const { schedule, complaints } = readDeclaration(declaration, this.override.timezone);
    for (const complaint of complaints) this.complain(complaint);
    return schedule;
  }

  private scheduleMissing(): Complaint {
    const { losesDeclaration, method } = this.discovered;
    const found = losesDeclaration
      ? `without a schedule, since its ${method} overrides the decorated one`
      : 'without a schedule';
    return {
      found,
      expected: `@Interval or @Cron on its ${method}, after, manualOnly, or ${this.variable('SCHEDULE')}`,
    };
  }

  private checkTimeZones(): void {
    const { timezone } = this.override;
    const declared = this.declaredZone();
    if (timezone !== undefined) this.checkTimeZone(timezone, show(timezone), this.variable('TIMEZONE'));
    if (declared !== undefined) this.checkTimeZone(declared, `@Cron with timeZone ${show(declared)}`);
  }

  private checkTimeZone(timezone: string, found: string, subject?: string): void {
    try {
      checkTimeZone(timezone);
    } catch (error) {
      if (!(error instanceof TimeZoneUnknownError)) throw error;
      this.complain({ found, expected: error.expected }, subject);
    }
  }

  private checkZoneIsOfUse(schedule: Schedule | null): void {
    const { timezone } = this.override;
    // One that does not exist is reported already.
    if (timezone === undefined || !isTimeZone(timezone) || !(schedule instanceof IntervalSchedule)) return;
    const expected = `a cron expression to go with it, or no zone: ${schedule.text} is the same everywhere`;
    this.complain({ found: show(timezone), expected }, this.variable('TIMEZONE'));
  }

  private declaredZone(): string | undefined {
    return declaredTimeZone(this.discovered.declarations[0]);
  }

  private variable(setting: string): string {
    return variablePrefix(String(this.discovered.task.name)) + setting;
  }

  private complain({ found, expected }: Complaint, subject = this.subject()): void {
    // The parser of schedules does not know whose schedule it reads.
    const named = expected.replaceAll('TASK_<NAME>_', this.variable(''));
    this.problems.push({ subject, found, expected: named });
  }

  private subject(): string {
    const { task, className } = this.discovered;
    return `task ${task.name || className}`;
  }
}

/** Where a task stands among all that share its schedule, from 0 to 1: always the same. */
function placeOf(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE() / 2 ** 32;
}
