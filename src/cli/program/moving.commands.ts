import type { Command } from 'commander';
import { type Example, helpAfter } from '../help.js';
import type { Perform } from '../perform.js';
import type { Terminal } from '../terminal.js';

const FILE = ['<file>', 'lines of JSON'] as const;

/** Commands about the ledger as a whole. */
export function addMovingCommands(program: Command, terminal: Terminal, perform: Perform): void {
  const moving = (name: string, description: string, examples: readonly Example[]) =>
    program
      .command(name)
      .description(description)
      .addHelpText('after', helpAfter(examples, ['success', 'failed', 'badConfiguration', 'wrongUsage']));

  moving('migrate', 'bring the ledger up to date, or create it, by a role that may', [
    ['DATABASE_URL=postgres://owner@db/worker worker migrate', 'before a worker without that right starts'],
  ]).action(() =>
    perform.withLedger(async (application) => {
      const { migrate } = await import('../commands/archive.command.js');
      return migrate(application, terminal);
    }),
  );

  moving('export', 'write all that the ledger has on record into a file', [
    ['worker export ledger.jsonl', 'while no service runs'],
  ])
    .argument(...FILE)
    .action((file: string) =>
      perform.withLedger(async (application) => {
        const { exportLedger } = await import('../commands/archive.command.js');
        return exportLedger(application, terminal, file);
      }),
    );

  moving('import', 'read what was exported into an empty ledger, in SQLite or PostgreSQL', [
    ['DATABASE_URL=postgres://worker@db/worker worker import ledger.jsonl', 'from SQLite to PostgreSQL'],
  ])
    .argument(...FILE)
    .action((file: string) =>
      perform.withLedger(async (application) => {
        const { importLedger } = await import('../commands/archive.command.js');
        return importLedger(application, terminal, file);
      }),
    );
}
