import type { Colors, Painter } from './colors.js';
import { displayWidth, truncate } from './printable.js';

export interface Column<Row> {
  readonly title: string;
  /** One printable line. */
  readonly text: (row: Row) => string;
  /** Applied after the cell was padded or cut, so that it never counts as width. */
  readonly paint?: (row: Row) => Painter;
  readonly align?: 'left' | 'right';
  /** Cut to the room that the other columns leave. At most one column of a table. */
  readonly elastic?: boolean;
}

const GAP = '  ';
const NARROWEST_ELASTIC = 12;

/** Aligned columns under a line of titles. `width` is that of the terminal; null: as wide as it takes. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  colors: Colors,
  width: number | null,
): string {
  const shown = columns.filter(({ text }) => rows.some((row) => text(row) !== ''));
  const texts = rows.map((row) => shown.map(({ text }) => text(row)));
  const widths = fit(shown, texts, width);
  const head = shown.map(({ title, align }, index) => colors.bold(pad(title, widths[index] ?? 0, align)));
  const body = rows.map((row, line) =>
    shown.map(({ align, paint }, index) => {
      const cell = pad(texts[line]?.[index] ?? '', widths[index] ?? 0, align);
      return paint ? paint(row)(cell) : cell;
    }),
  );
  return [head, ...body].map((cells) => cells.join(GAP).trimEnd()).join('\n');
}

function fit<Row>(columns: readonly Column<Row>[], texts: readonly string[][], width: number | null): number[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(displayWidth(title), ...texts.map((cells) => displayWidth(cells[index] ?? ''))),
  );
  const elastic = columns.findIndex((column) => column.elastic);
  if (width === null || elastic === -1) return widths;
  const others = widths.reduce((sum, taken, index) => (index === elastic ? sum : sum + taken + GAP.length), 0);
  const room = Math.max(NARROWEST_ELASTIC, width - others);
  return widths.map((taken, index) => (index === elastic ? Math.min(taken, room) : taken));
}

function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = truncate(text, width);
  const space = ' '.repeat(Math.max(0, width - displayWidth(cut)));
  return align === 'right' ? space + cut : cut + space;
}
