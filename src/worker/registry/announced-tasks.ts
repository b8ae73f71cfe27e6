import type { ServiceTask } from '../../ledger/service-ledger.js';
import { ScheduleInvalidError, TimeZoneUnknownError } from '../schedules/schedule.errors.js';
import { parseSchedule } from '../schedules/schedule.parser.js';
import type { Schedule } from '../schedules/schedule.js';
import type { KnownTask } from './registered-task.js';
import { TaskCatalogue } from './task-catalogue.js';

/** The tasks of a service, as it has told others of them. */
export class AnnouncedTasks extends TaskCatalogue {
  private readonly tasks: readonly KnownTask[];

  constructor(announced: readonly ServiceTask[]) {
    super();
    this.tasks = announced.map((task) => ({ ...task, schedule: readSchedule(task) }));
  }

  all(): readonly KnownTask[] {
    return this.tasks;
  }
}

/** What a service tells others of its tasks. */
export function announced(tasks: readonly KnownTask[]): ServiceTask[] {
  return tasks.map(({ name, schedule, timeout, manualOnly, follows }) => ({
    name,
    schedule: schedule?.text ?? null,
    timezone: schedule?.timezone ?? null,
    timeout,
    manualOnly,
    ...(follows && follows.length > 0 && { follows }),
  }));
}

function readSchedule({ schedule, timezone }: ServiceTask): Schedule | null {
  if (schedule === null) return null;
  try {
    return parseSchedule(schedule, timezone ?? 'UTC');
  } catch (error) {
    if (error instanceof ScheduleInvalidError || error instanceof TimeZoneUnknownError) {
      return unreadable(schedule, timezone ?? 'UTC');
    }
    throw error;
  }
}

/** The service is of another version, which knows more: its slots are not known here. */
function unreadable(text: string, timezone: string): Schedule {
  return { text, timezone, description: text, next: () => null, between: () => ({ slots: [], omitted: 0 }) };
}
