import { createCopies } from '../../ledger/store.factory.js';
import { ExitCode } from '../../process/exit-code.js';
import type { Application } from '../application.js';
import type { JsonOption } from '../options.js';
import type { Terminal } from '../terminal.js';

export async function restore(
  { settings, clock }: Application,
  terminal: Terminal,
  file: string,
  { json }: JsonOption,
): Promise<ExitCode> {
  const restored = await createCopies(settings.database, clock).restore(file);
  if (json) {
    terminal.printJson(restored);
    return ExitCode.success;
  }
  const { ledger, runs, replaced } = restored;
  terminal.print(`Restored ${ledger} from ${restored.file} (${runs} ${runs === 1 ? 'run' : 'runs'}).`);
  if (replaced !== null) terminal.say(`The ledger before is kept as ${replaced}; remove it once all is well.`);
  return ExitCode.success;
}
