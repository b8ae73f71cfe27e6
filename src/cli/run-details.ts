import type { ItemRecord } from '../ledger/item-ledger.js';
import type { ItemFailure } from '../ledger/run-ledger.js';
import type { Run } from '../runs/run.js';
import { reasonWords } from '../runs/run-reasons.js';
import type { DryRunResult } from '../worker/execution/dry-run.js';
import { statusPainter } from './format/colors.js';
import { printable } from './format/printable.js';
import { table } from './format/table.js';
import { relativeTime, wallTime } from './format/time.js';
import { count, durationOf } from './run-summary.js';
import type { Layout } from './terminal.js';

/** What fits a screen; programs get all of them. */
const MAX_ITEMS_SHOWN = 50;

/**
 * Everything about one run, one line a fact; facts that do not apply are left out. Of what failed,
 * the first item is told whole: the table has no room for that.
 */
export function runDetails(run: Run, { now, colors, timeZone }: Layout, [failed]: readonly ItemFailure[] = []): string {
  const instant = (at: Date) => `${wallTime(at, timeZone)} (${relativeTime(at, now)})`;
  const facts: [string, string | null][] = [
    ['run', run.id],
    ['task', printable(run.task)],
    ['status', statusPainter(run.status, colors)(run.status.replace('_', ' '))],
    ['reason', run.reason && printable(reasonText(run.reason))],
    ['trigger', triggerText(run)],
    ['asked by', run.actor && `${printable(run.actor.name)} (${run.actor.via})`],
    ['worker', run.worker && printable(run.worker)],
    ['attempt', run.attempt > 1 ? String(run.attempt) : null],
    ['slot', run.slot && instant(run.slot)],
    ['queued', run.startedAt ? null : instant(run.queuedAt)],
    ['started', run.startedAt && instant(run.startedAt)],
    ['finished', run.finishedAt && instant(run.finishedAt)],
    ['duration', durationOf(run, now) || null],
    ['dry run', run.dryRun ? 'changes were held back' : null],
    ['params', run.params ? printable(JSON.stringify(run.params)) : null],
    ['items', itemsLine(run)],
    ['result', resultLine(run)],
    ['failed', failed ? colors.red(printable(`item ${failed.id}: ${failed.error.message}`)) : null],
    ['error', run.error && colors.red(printable(`${run.error.name}: ${run.error.message} (${run.error.code})`))],
  ];
  const stated = facts.filter((fact): fact is [string, string] => fact[1] !== null);
  return stated.map(([name, value]) => `${colors.dim(name.padEnd(9))} ${value}`).join('\n');
}

/** The failed items of a run, with what the ledger remembers of them from earlier runs. */
export function failedItemsTable(
  items: readonly ItemFailure[],
  trouble: ReadonlyMap<string, ItemRecord>,
  { now, colors, width }: Layout,
): string {
  const shown = items.slice(0, MAX_ITEMS_SHOWN);
  const lines = table(
    shown,
    [
      { title: 'ITEM', text: ({ id }) => printable(id) },
      { title: 'TRIED', text: ({ attempts }) => `${count(attempts)}×`, align: 'right', optional: true },
      { title: 'FAILED RUNS', text: ({ id }) => failedRuns(trouble.get(id)), align: 'right', optional: true },
      {
        ...{ title: 'QUARANTINED', text: ({ id }) => quarantined(trouble.get(id), now), optional: true },
        paint: () => colors.yellow,
      },
      { title: 'ERROR', text: ({ error }) => printable(`${error.message} (${error.code})`), elastic: true },
    ],
    colors,
    width,
  );
  const title = colors.bold(`Failed items (${count(items.length)})`);
  const rest = items.length - shown.length;
  const hint = rest > 0 ? `\n${colors.dim(`and ${count(rest)} more: --json shows them all`)}` : '';
  return `${title}\n${lines}${hint}`;
}

/** The changes that a dry run has held back. */
export function heldChangesTable({ result }: Run, { colors, width }: Layout): string {
  const { heldBack, changes } = result as DryRunResult;
  if (heldBack === 0) return colors.bold('Nothing was held back: the run would change nothing');
  const lines = table(
    changes,
    [
      { title: 'METHOD', text: ({ method }) => printable(method) },
      { title: 'PATH', text: ({ path }) => printable(path) },
      { title: 'KEY', text: ({ key }) => printable(key ?? '') },
      { title: 'BODY', text: ({ body }) => printable(body ?? ''), elastic: true },
    ],
    colors,
    width,
  );
  const rest = heldBack - changes.length;
  return `${colors.bold(`Held back (${count(heldBack)})`)}\n${lines}${rest > 0 ? colors.dim(`\nand ${count(rest)} more`) : ''}`;
}

function triggerText({ trigger, after, retryOf }: Run): string {
  if (after !== undefined) return `after run ${after}`;
  return retryOf === undefined ? trigger.replace('_', ' ') : `retry of run ${retryOf}`;
}

function resultLine(run: Run): string | null {
  const result = run.dryRun ? (run.result as DryRunResult | null)?.result : run.result;
  return result === null || result === undefined ? null : printable(JSON.stringify(result));
}

/** The code that JSON, metrics and the guide have, and what it means. */
function reasonText(reason: string): string {
  const words = reasonWords(reason);
  return words === reason ? reason : `${reason}: ${words}`;
}

function itemsLine({ items }: Run): string | null {
  if (!items) return null;
  const { total, succeeded, failed, skipped } = items;
  return `${count(total)} total, ${count(succeeded)} succeeded, ${count(failed)} failed, ${count(skipped)} skipped`;
}

function failedRuns(record: ItemRecord | undefined): string {
  return record ? `${count(record.failedRuns)} in a row` : '';
}

function quarantined(record: ItemRecord | undefined, now: Date): string {
  if (!record?.quarantinedUntil || record.quarantinedUntil <= now) return '';
  return `ends ${relativeTime(record.quarantinedUntil, now)}`;
}
