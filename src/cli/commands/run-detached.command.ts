import { ExitCode } from '../../process/exit-code.js';
import { cliActor } from '../actor.js';
import type { Application } from '../application.js';
import type { ActorOptions } from '../options.js';
import type { Terminal } from '../terminal.js';
import type { RunOptions } from './run.command.js';

/** A run that the running service is asked for; ends before it does. */
export async function runDetached(
  application: Application,
  terminal: Terminal,
  name: string,
  { as, reason, json, param, dryRun }: ActorOptions & RunOptions,
): Promise<ExitCode> {
  await application.open('command');
  application.tasks.get(name);
  const params = param ? await application.paramsOf(name, param) : null;
  const asked = { ...(params && { params }), ...(dryRun && { dryRun }) };
  const run = await application.commands.run(name, asked, { actor: cliActor(as), reason });
  if (json) terminal.printJson(run);
  else terminal.print(`Run ${run.id} of ${name} is queued. \`worker show ${run.id}\` tells what came of it.`);
  return ExitCode.success;
}
