import { databaseName } from '../../config/database-settings.js';
import { ExitCode } from '../../process/exit-code.js';
import type { Application } from '../application.js';
import { ArchiveFileError, countRows, readArchive, writeArchive } from '../archive/archive-file.js';
import type { Terminal } from '../terminal.js';

/** Brings the ledger and its queue up to date, or creates them, and does nothing else. */
export async function migrate(application: Application, terminal: Terminal): Promise<ExitCode> {
  await application.open('command');
  await application.queue?.migrate();
  terminal.print(`The ledger ${databaseName(application.settings.database)} is up to date.`);
  return ExitCode.success;
}

export async function exportLedger(application: Application, terminal: Terminal, file: string): Promise<ExitCode> {
  const service = await application.open('reader');
  if (service) {
    terminal.say('A service is running on this ledger: stop it first, so that nothing is missing from the file.');
    return ExitCode.failed;
  }
  const { archive } = application;
  const rows = await writeArchive(file, archive.version, archive.rows());
  terminal.print(`Exported ${rows} rows to ${file}.`);
  return ExitCode.success;
}

export async function importLedger(application: Application, terminal: Terminal, file: string): Promise<ExitCode> {
  const { archive } = application;
  // Once to the end before anything is opened: half a file is found out here.
  const rows = await countRows(file, archive.version);
  const service = await application.open('command');
  const name = databaseName(application.settings.database);
  if (service) throw new ArchiveFileError(file, `cannot be imported while a service runs on ${name}. Stop that first`);
  if (!(await archive.isEmpty())) {
    throw new ArchiveFileError(
      file,
      `cannot be imported: the ledger ${name} is not empty. Point DATABASE_URL at another`,
    );
  }
  await archive.fill(readArchive(file, archive.version));
  terminal.print(`Imported ${rows} rows into ${name}.`);
  return ExitCode.success;
}
