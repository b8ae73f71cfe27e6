import type { Command } from 'commander';
import type { BackupOptions } from '../commands/backup.command.js';
import { EXIT_CODES_OF_LOOKING, helpAfter } from '../help.js';
import { JSON_OPTION, type JsonOption } from '../options.js';
import { configured, type Perform } from '../perform.js';
import type { Terminal } from '../terminal.js';

/** Commands for copies of the whole ledger. */
export function addCopyingCommands(program: Command, terminal: Terminal, perform: Perform): void {
  program
    .command('backup')
    .description('copy the ledger to a file, also while the service works')
    .argument('<file>', 'where to; its folder must exist')
    .option('--overwrite', 'replace a file that is there')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      helpAfter([['worker backup /backups/worker-$(date +%F).db', 'a backup a day']], EXIT_CODES_OF_LOOKING),
    )
    .action((file: string, options: BackupOptions) =>
      perform.withLedger(
        configured(async (application) => {
          const { backup } = await import('../commands/backup.command.js');
          return backup(application, terminal, file, options);
        }),
      ),
    );

  program
    .command('restore')
    .description('put a backup in the place of the ledger, which is kept; stop the service before')
    .argument('<file>', 'the backup')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      helpAfter([['worker restore /backups/worker-2026-11-23.db', 'back to that day']], EXIT_CODES_OF_LOOKING),
    )
    .action((file: string, options: JsonOption) =>
      perform.withLedger(
        configured(async (application) => {
          const { restore } = await import('../commands/restore.command.js');
          return restore(application, terminal, file, options);
        }),
      ),
    );
}
