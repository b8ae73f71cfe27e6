import type { ItemCounts, Run } from '../runs/run.js';
import { reasonWords } from '../runs/run-reasons.js';
import { printable } from './format/printable.js';
import { shortDuration } from './format/time.js';

const number = new Intl.NumberFormat('en-US');

export function count(value: number): string {
  return number.format(value);
}

/** `1,047 of 1,050, 3 failed`; the parts that are nought are left out. */
export function itemsSummary({ total, succeeded, failed, skipped }: ItemCounts): string {
  if (total === 0) return 'no items';
  const done = succeeded === total ? count(total) : `${count(succeeded)} of ${count(total)}`;
  return [done, failed > 0 && `${count(failed)} failed`, skipped > 0 && `${count(skipped)} skipped`]
    .filter(Boolean)
    .join(', ');
}

/** A result in one line: `deletedCount 12` for a flat object, else JSON; empty for none. */
export function resultSummary(result: unknown): string {
  if (result === null || result === undefined) return '';
  if (typeof result !== 'object' || Array.isArray(result)) return printable(JSON.stringify(result));
  const entries = Object.entries(result);
  if (entries.some(([, value]) => typeof value === 'object' && value !== null))
    return printable(JSON.stringify(result));
  return printable(entries.map(([key, value]) => `${key} ${String(value)}`).join(', '));
}

/** How the run ended: what went wrong, else why it did not run, else its result. */
export function outcomeSummary({ error, reason, items, result }: Run): string {
  if (error) return printable(error.message);
  if (reason) return printable(reasonWords(reason));
  return items ? itemsSummary(items) : resultSummary(result);
}

/** How long the run has taken, or has been running; empty while no attempt of it is at work. */
export function durationOf({ status, startedAt, finishedAt }: Run, now: Date): string {
  if (!startedAt || status === 'interrupted') return '';
  return shortDuration((finishedAt ?? now).getTime() - startedAt.getTime());
}
