import type { Pause } from '../../ledger/pause.js';
import { ExitCode } from '../../process/exit-code.js';
import { cliActor } from '../actor.js';
import type { Application } from '../application.js';
import { printable } from '../format/printable.js';
import { relativeTime, wallTime } from '../format/time.js';
import type { ActorOptions, JsonOption } from '../options.js';
import { type TargetOptions, targetOf } from '../target.js';
import type { Layout, Terminal } from '../terminal.js';

export interface PauseOptions extends TargetOptions, ActorOptions, JsonOption {
  /** In milliseconds. */
  readonly for?: number;
  readonly until?: Date;
}

export async function pause(
  application: Application,
  terminal: Terminal,
  name: string | undefined,
  { all, for: duration, until, as, reason, json }: PauseOptions,
): Promise<ExitCode> {
  const { clock, commands } = application;
  const target = targetOf(name, all);
  await application.open('command');
  const now = clock.now();
  const ends = duration === undefined ? (until ?? null) : new Date(now.getTime() + duration);
  const paused = await commands.pause(target, ends, { actor: cliActor(as), reason });
  if (json) terminal.printJson(paused);
  else terminal.print(pauseSentence(paused, terminal.layout(now)));
  return ExitCode.success;
}

function pauseSentence({ task, ends, reason }: Pause, { now, timeZone }: Layout): string {
  const subject = task === null ? 'All tasks are' : `${task} is`;
  const end = ends ? `until ${wallTime(ends, timeZone)} (${relativeTime(ends, now)})` : 'until it is resumed';
  const why = reason === null ? '' : `: ${printable(reason)}`;
  return `${subject} paused ${end}${why}. \`worker resume ${task ?? '--all'}\` ends it before.`;
}
