import type { Command } from 'commander';
import { ExitCode } from '../../process/exit-code.js';
import type { Application } from '../application.js';
import { candidates, type KnownNames } from '../completion/candidates.js';
import { printable } from '../format/printable.js';
import type { Terminal } from '../terminal.js';

const MAX_RUNS_OFFERED = 30;

/** Tells a shell what may stand in place of the last word, one a line. */
export async function complete(
  application: Application,
  terminal: Terminal,
  program: Command,
  words: readonly string[],
): Promise<ExitCode> {
  for (const candidate of await candidates(program, words, namesOf(application))) terminal.print(printable(candidate));
  return ExitCode.success;
}

function namesOf(application: Application): KnownNames {
  const { runs, tasks } = application;
  let opened: Promise<unknown> | undefined;
  // Whoever types a command is told of no failure: there is nothing to offer then.
  const orNone =
    <T>(read: () => Promise<readonly T[]>) =>
    async (): Promise<readonly T[]> => {
      try {
        await (opened ??= application.open('reader'));
        return await read();
      } catch {
        return [];
      }
    };
  return {
    tasks: async () => {
      const named = async () => tasks.plans().map(({ name }) => name);
      const found = await orNone(named)();
      return found.length > 0 ? found : application.check().then(named, () => []);
    },
    runs: (prefix, statuses) =>
      orNone(async () => {
        const query = { statuses, limit: MAX_RUNS_OFFERED, ...(prefix !== '' && { idPrefix: prefix }) };
        return (await runs.list(query)).map(({ id }) => id);
      })(),
    items: (task) => orNone(async () => [...(await runs.troubledItems(task)).keys()])(),
  };
}
