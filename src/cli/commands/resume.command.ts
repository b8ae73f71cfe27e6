import { ExitCode } from '../../process/exit-code.js';
import { cliActor } from '../actor.js';
import type { Application } from '../application.js';
import { relativeTime } from '../format/time.js';
import type { ActorOptions, JsonOption } from '../options.js';
import { type TargetOptions, targetOf } from '../target.js';
import type { Terminal } from '../terminal.js';

export async function resume(
  application: Application,
  terminal: Terminal,
  name: string | undefined,
  { all, as, reason, json }: TargetOptions & ActorOptions & JsonOption,
): Promise<ExitCode> {
  const target = targetOf(name, all);
  await application.open('command');
  const ended = await application.commands.resume(target, { actor: cliActor(as), reason });
  if (json) terminal.printJson(ended);
  else
    terminal.print(`${target ?? 'All tasks'} resumed; paused ${relativeTime(ended.since, application.clock.now())}.`);
  return ExitCode.success;
}
