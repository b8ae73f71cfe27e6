import { isQuarantined, type ItemRecord } from '../../ledger/item-ledger.js';
import { ExitCode } from '../../process/exit-code.js';
import type { Application } from '../application.js';
import { printable } from '../format/printable.js';
import { table } from '../format/table.js';
import { relativeTime } from '../format/time.js';
import type { JsonOption } from '../options.js';
import { count } from '../run-summary.js';
import type { Layout, Terminal } from '../terminal.js';

export interface ItemsOptions extends JsonOption {
  readonly quarantined?: boolean;
}

/** The items of a task that failed, or brought the process down, and have not been done since. */
export async function items(
  application: Application,
  terminal: Terminal,
  task: string,
  { quarantined, json }: ItemsOptions,
): Promise<ExitCode> {
  const { tasks, runs, clock } = application;
  tasks.get(task);
  const now = clock.now();
  const all = [...(await runs.troubledItems(task)).values()];
  const shown = quarantined ? all.filter((item) => isQuarantined(item, now)) : all;
  if (json) terminal.printJson(shown);
  else if (shown.length > 0) terminal.print(itemsTable(shown, terminal.layout(now)));
  else terminal.say(`No item of ${task} is in ${quarantined ? 'quarantine' : 'trouble'}.`);
  return ExitCode.success;
}

function itemsTable(items: readonly ItemRecord[], { now, colors, width }: Layout): string {
  return table(
    items,
    [
      { title: 'ITEM', text: ({ id }) => printable(id) },
      { title: 'FAILED RUNS', text: ({ failedRuns }) => count(failedRuns), align: 'right', optional: true },
      { title: 'CRASHES', text: ({ crashes }) => (crashes > 0 ? count(crashes) : ''), align: 'right', optional: true },
      { title: 'SINCE', text: ({ firstFailedAt }) => relativeTime(firstFailedAt, now), optional: true },
      { title: 'LAST', text: ({ lastFailedAt }) => relativeTime(lastFailedAt, now), optional: true },
      {
        ...{ title: 'QUARANTINED', text: (item: ItemRecord) => endOfQuarantine(item, now), optional: true },
        paint: () => colors.yellow,
      },
      { title: 'ERROR', text: ({ lastError }) => printable(lastError), elastic: true },
    ],
    colors,
    width,
  );
}

function endOfQuarantine(item: ItemRecord, now: Date): string {
  return isQuarantined(item, now) ? `ends ${relativeTime(item.quarantinedUntil!, now)}` : '';
}
