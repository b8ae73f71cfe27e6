import { ExitCode } from '../../process/exit-code.js';
import { cliActor } from '../actor.js';
import type { Application } from '../application.js';
import type { ActorOptions, JsonOption } from '../options.js';
import type { Terminal } from '../terminal.js';

export async function cancel(
  application: Application,
  terminal: Terminal,
  id: string,
  { as, reason, json }: ActorOptions & JsonOption,
): Promise<ExitCode> {
  await application.open('command');
  const run = await application.commands.cancel(id, { actor: cliActor(as), reason });
  if (json) terminal.printJson(run);
  else if (run.status === 'cancelled') terminal.print(`Run ${run.id} of ${run.task} is cancelled; it had not started.`);
  else terminal.print(`Run ${run.id} of ${run.task} is told to end. \`worker show ${run.id}\` tells when it has.`);
  return ExitCode.success;
}
