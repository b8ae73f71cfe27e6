import { ExitCode } from '../../process/exit-code.js';
import { cliActor } from '../actor.js';
import type { Application } from '../application.js';
import { printable } from '../format/printable.js';
import type { ActorOptions, JsonOption } from '../options.js';
import type { Terminal } from '../terminal.js';

export async function release(
  application: Application,
  terminal: Terminal,
  task: string,
  items: readonly string[],
  { as, reason, json }: ActorOptions & JsonOption,
): Promise<ExitCode> {
  await application.open('command');
  const released = await application.commands.release(task, items, { actor: cliActor(as), reason });
  if (json) terminal.printJson(released);
  else terminal.print(`Released ${released.map(printable).join(', ')}: the next run of ${task} tries them again.`);
  const others = items.filter((id) => !released.includes(id));
  if (others.length > 0) terminal.say(`Not in quarantine: ${others.map(printable).join(', ')}.`);
  return ExitCode.success;
}
