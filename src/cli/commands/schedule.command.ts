import { ExitCode } from '../../process/exit-code.js';
import type { Schedule } from '../../worker/schedules/schedule.js';
import type { Application } from '../application.js';
import { relativeTime, wallTime } from '../format/time.js';
import type { JsonOption } from '../options.js';
import type { Terminal } from '../terminal.js';

export interface ScheduleOptions extends JsonOption {
  readonly next: number;
}

export async function schedule(
  { tasks, clock }: Pick<Application, 'tasks' | 'clock'>,
  terminal: Terminal,
  name: string,
  { json, next }: ScheduleOptions,
): Promise<ExitCode> {
  const { schedule } = tasks.get(name);
  const slots = tasks.slots(name, next);
  if (json) terminal.printJson(slots);
  else if (!schedule) terminal.say(`${name} has no schedule. \`worker run ${name}\` runs it by hand.`);
  else terminal.print(slotList(name, schedule, slots, clock.now()));
  return ExitCode.success;
}

function slotList(name: string, { description, timezone }: Schedule, slots: readonly Date[], now: Date): string {
  const title = `${name} runs ${description}`;
  if (slots.length === 0) return `${title}, which never comes again.`;
  const lines = slots.map((slot) => `  ${wallTime(slot, timezone)}  ${relativeTime(slot, now)}`);
  return [title, ...lines].join('\n');
}
