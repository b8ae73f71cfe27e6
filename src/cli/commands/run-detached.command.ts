import { ExitCode } from '../../process/exit-code.js';
import { cliActor } from '../actor.js';
import type { Application } from '../application.js';
import type { ActorOptions } from '../options.js';
import type { RunOptions } from './run.command.js';
import type { Terminal } from '../terminal.js';

/** A run that the running service is asked for; ends before it does. */
export async function runDetached(
  application: Application,
  terminal: Terminal,
  name: string,
  { as, reason, json, param, dryRun }: ActorOptions & RunOptions,
): Promise<ExitCode> {
  if (param || dryRun) {
    terminal.say('A run with --param or --dry-run is executed in this process: leave out --detach.');
    return ExitCode.wrongUsage;
  }
  await application.open('command');
  const run = await application.commands.run(name, { actor: cliActor(as), reason });
  if (json) terminal.printJson(run);
  else terminal.print(`Run ${run.id} of ${name} is queued. \`worker show ${run.id}\` tells what came of it.`);
  return ExitCode.success;
}
