import type { Run } from '../runs/run.js';
import { statusPainter } from './format/colors.js';
import { printable } from './format/printable.js';
import { type Column, table } from './format/table.js';
import { reasonWords } from '../runs/run-reasons.js';
import { relativeTime } from './format/time.js';
import { durationOf, itemsSummary, resultSummary } from './run-summary.js';
import type { Layout } from './terminal.js';

/** Millisecond and sequence of the id (RFC 9562 §5.7): enough for `worker show` to find the run. */
const SHORT_ID_LENGTH = 18;

/** One line a run, in the order given. */
export function runTable(runs: readonly Run[], { now, colors, width }: Layout): string {
  const columns: Column<Run>[] = [
    { title: 'RUN', text: ({ id }) => id.slice(0, SHORT_ID_LENGTH), paint: () => colors.dim, whole: true },
    { title: 'TASK', text: ({ task }) => printable(task) },
    { title: 'STATUS', text: statusText, paint: ({ status }) => statusPainter(status, colors) },
    { title: 'TRIGGER', text: ({ trigger }) => trigger.replace('_', ' '), optional: true },
    { title: 'STARTED', text: (run) => relativeTime(run.startedAt ?? run.slot ?? run.queuedAt, now) },
    { title: 'DURATION', text: (run) => durationOf(run, now), align: 'right', optional: true },
    { title: 'DETAILS', text: details, elastic: true },
  ];
  return table(runs, columns, colors, width);
}

function statusText({ status, attempt }: Run): string {
  const text = status.replace('_', ' ');
  return attempt > 1 ? `${text} (attempt ${attempt})` : text;
}

function details({ items, result, reason, error }: Run): string {
  const work = items ? itemsSummary(items) : resultSummary(result);
  const trouble = printable(error?.message ?? (reason === null ? '' : reasonWords(reason)));
  if (trouble && !items?.total) return trouble;
  return [work, trouble].filter(Boolean).join(' · ');
}
