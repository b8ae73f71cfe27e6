import type { Schedule } from '../../worker/schedules/schedule.js';
import { type Application, requireTask } from '../application.js';
import { ExitCode } from '../exit-code.js';
import { relativeTime, wallTime } from '../format/time.js';
import type { Terminal } from '../terminal.js';

export interface ScheduleOptions {
  readonly json?: boolean;
  readonly next: number;
}

export async function schedule(
  application: Application,
  terminal: Terminal,
  name: string,
  { json, next }: ScheduleOptions,
): Promise<ExitCode> {
  const { schedule } = requireTask(application, name);
  const now = application.clock.now();
  const slots = schedule ? nextSlots(schedule, now, next) : [];
  if (json) terminal.printJson(slots);
  else if (!schedule) terminal.say(`${name} has no schedule. \`worker run ${name}\` runs it by hand.`);
  else terminal.print(slotList(name, schedule, slots, now));
  return ExitCode.success;
}

function nextSlots(schedule: Schedule, from: Date, count: number): Date[] {
  const slots: Date[] = [];
  for (let slot = schedule.next(from.getTime()); slot !== null && slots.length < count; slot = schedule.next(slot))
    slots.push(new Date(slot));
  return slots;
}

function slotList(name: string, { description, timezone }: Schedule, slots: readonly Date[], now: Date): string {
  const title = `${name} runs ${description}`;
  if (slots.length === 0) return `${title}, which never comes again.`;
  const lines = slots.map((slot) => `  ${wallTime(slot, timezone)}  ${relativeTime(slot, now)}`);
  return [title, ...lines].join('\n');
}
