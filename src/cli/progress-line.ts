import type { ItemCounts } from '../runs/run.js';
import { SECOND } from '../time/duration.js';
import type { Colors } from './format/colors.js';
import { displayWidth, truncate } from '../runs/display-width.js';
import { shortDuration } from './format/time.js';
import { count } from './run-summary.js';

export interface Progress {
  readonly task: string;
  /** Null as long as the run has reported none. */
  readonly items: ItemCounts | null;
  /** False: more items may follow. */
  readonly totalKnown: boolean;
  /** Milliseconds since the run started. */
  readonly elapsed: number;
}

const BAR_WIDTH = 24;

/** How far a run is, as one line of text; with a bar where there is a terminal of that width. */
export function progressLine(
  { task, items, totalKnown, elapsed }: Progress,
  colors: Colors,
  width: number | null,
): string {
  const time = shortDuration(elapsed);
  if (!items) return fit(`${task}  ${time}`, width);
  const { total, succeeded, failed, skipped } = items;
  const done = succeeded + failed + skipped;
  const facts = [
    totalKnown ? `${count(done)}/${count(total)}` : `${count(done)} done`,
    failed > 0 && `${count(failed)} failed`,
    skipped > 0 && `${count(skipped)} skipped`,
    elapsed >= SECOND && `${count(Math.round((done / elapsed) * SECOND))}/s`,
    time,
  ].filter((fact) => fact !== false);
  const text = `${task}  ${facts.join('  ')}`;
  const roomForBar = totalKnown && width !== null && displayWidth(text) + BAR_WIDTH + 2 <= width;
  if (!roomForBar) return fit(text, width);
  return `${task}  ${bar(total === 0 ? 0 : done / total, failed > 0, colors)}  ${facts.join('  ')}`;
}

function bar(fraction: number, troubled: boolean, colors: Colors): string {
  const filled = Math.floor(Math.min(1, fraction) * BAR_WIDTH);
  const paint = troubled ? colors.yellow : colors.green;
  return paint('█'.repeat(filled)) + colors.dim('░'.repeat(BAR_WIDTH - filled));
}

function fit(text: string, width: number | null): string {
  return width === null ? text : truncate(text, width);
}
