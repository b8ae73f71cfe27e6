import type { Application } from '../application.js';
import { ExitCode } from '../exit-code.js';
import { failedItemsTable, runDetails } from '../run-details.js';
import { failedItemJson, runJson } from '../run-json.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage.error.js';

export interface ShowOptions {
  readonly json?: boolean;
}

export async function show(
  application: Application,
  terminal: Terminal,
  id: string,
  { json }: ShowOptions,
): Promise<ExitCode> {
  const { ledger, history, items, clock } = application;
  await ledger.open('reader');
  const run = await history.find(id);
  if (!run) throw UsageError.unknownRun(id);
  const failedItems = await history.failedItems(run.id);
  if (json) {
    terminal.printJson({ run: runJson(run), failedItems: failedItems.map(failedItemJson) });
    return ExitCode.success;
  }
  const options = { now: clock.now(), colors: terminal.colors, width: terminal.width };
  terminal.print(runDetails(run, options));
  if (failedItems.length > 0) {
    const trouble = await items.troubled(run.task);
    terminal.print(`\n${failedItemsTable(failedItems, trouble, options)}`);
  }
  return ExitCode.success;
}
