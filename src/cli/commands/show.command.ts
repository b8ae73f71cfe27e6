import { ExitCode } from '../../process/exit-code.js';
import type { Application } from '../application.js';
import { failedItemsTable, runDetails } from '../run-details.js';
import type { JsonOption } from '../options.js';
import type { Terminal } from '../terminal.js';

export async function show(
  application: Application,
  terminal: Terminal,
  id: string,
  { json }: JsonOption,
): Promise<ExitCode> {
  const { runs, clock } = application;
  const run = await runs.get(id);
  const failedItems = await runs.failedItems(run);
  if (json) {
    terminal.printJson({ run, failedItems });
    return ExitCode.success;
  }
  const layout = terminal.layout(clock.now());
  terminal.print(runDetails(run, layout, failedItems));
  if (failedItems.length > 0) {
    const trouble = await runs.troubledItems(run.task);
    terminal.print(`\n${failedItemsTable(failedItems, trouble, layout)}`);
  }
  return ExitCode.success;
}
