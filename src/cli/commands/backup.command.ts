import { createCopies } from '../../ledger/store.factory.js';
import { ExitCode } from '../../process/exit-code.js';
import type { Application } from '../application.js';
import type { JsonOption } from '../options.js';
import type { Terminal } from '../terminal.js';

export interface BackupOptions extends JsonOption {
  readonly overwrite?: boolean;
}

export async function backup(
  { settings, clock }: Application,
  terminal: Terminal,
  file: string,
  { overwrite = false, json }: BackupOptions,
): Promise<ExitCode> {
  const made = await createCopies(settings.database, clock).backUp(file, { overwrite });
  if (json) terminal.printJson(made);
  else terminal.print(`Backed up ${made.ledger} to ${made.file} (${(made.bytes / 1024).toFixed(0)} KiB).`);
  return ExitCode.success;
}
