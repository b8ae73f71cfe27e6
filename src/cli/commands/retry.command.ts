import { ExitCode } from '../../process/exit-code.js';
import { cliActor } from '../actor.js';
import type { Application } from '../application.js';
import type { ActorOptions, JsonOption } from '../options.js';
import { count } from '../run-summary.js';
import type { Terminal } from '../terminal.js';

export interface RetryOptions extends ActorOptions, JsonOption {
  readonly items?: readonly string[];
  readonly error?: string;
}

export async function retry(
  application: Application,
  terminal: Terminal,
  id: string,
  { items, error, as, reason, json }: RetryOptions,
): Promise<ExitCode> {
  await application.open('command');
  const retried = await application.commands.retry(id, { items, error }, { actor: cliActor(as), reason });
  const { run } = retried;
  const { length } = retried.items;
  const failed = length === 1 ? '1 failed item' : `${count(length)} failed items`;
  const what = length === 0 ? run.task : `${failed} of ${run.task}`;
  if (json) terminal.printJson(retried);
  else terminal.print(`Run ${run.id} retries ${what}. \`worker show ${run.id}\` tells what came of it.`);
  return ExitCode.success;
}
