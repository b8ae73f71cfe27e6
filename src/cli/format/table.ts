import type { Colors, Painter } from './colors.js';
import { displayWidth, truncate } from '../../runs/display-width.js';

export interface Column<Row> {
  readonly title: string;
  /** One printable line. */
  readonly text: (row: Row) => string;
  /** Applied after the cell was padded or cut, so that it never counts as width. */
  readonly paint?: (row: Row) => Painter;
  readonly align?: 'left' | 'right';
  /** Cut to the room that the other columns leave. At most one column of a table. */
  readonly elastic?: boolean;
  /** Never cut: an id that is cut names nothing. */
  readonly whole?: boolean;
  /** Left out where the terminal is too narrow for all; the first such column goes first. */
  readonly optional?: boolean;
}

const GAP = '  ';
const MIN_ELASTIC_WIDTH = 16;
const MIN_WIDTH = 4;

interface Cells<Row> {
  readonly column: Column<Row>;
  readonly texts: readonly string[];
  readonly width: number;
}

/**
 * Aligned columns under a line of titles; a column in which no row has anything is left out.
 * `width` is that of the terminal; null: as wide as it takes.
 */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  colors: Colors,
  width: number | null,
): string {
  const filled = columns
    .map((column) => measured(column, rows))
    .filter(({ texts }) => texts.some((text) => text !== ''));
  const shown = width === null ? filled : fitted(filled, width);
  const head = shown.map((cells) => colors.bold(pad(cells.column.title, cells)));
  const body = rows.map((row, line) =>
    shown.map((cells) => {
      const text = pad(cells.texts[line] ?? '', cells);
      return cells.column.paint?.(row)(text) ?? text;
    }),
  );
  return [head, ...body].map((line) => line.join(GAP).trimEnd()).join('\n');
}

function measured<Row>(column: Column<Row>, rows: readonly Row[]): Cells<Row> {
  const texts = rows.map((row) => column.text(row));
  const width = texts.reduce((widest, text) => Math.max(widest, displayWidth(text)), displayWidth(column.title));
  return { column, texts, width };
}

/** Leaves out, then cuts, the elastic column before the others, until the table fits. */
function fitted<Row>(cells: readonly Cells<Row>[], width: number): readonly Cells<Row>[] {
  const least = total(cells.map(({ column, width }) => (column.elastic ? Math.min(width, MIN_ELASTIC_WIDTH) : width)));
  const dispensable = cells.find(({ column }) => column.optional);
  if (least > width && dispensable) return fitted(without(cells, dispensable), width);
  const widths = cells.map((each) => each.width);
  narrow(widths, width, (index) => (cells[index]?.column.elastic ? MIN_ELASTIC_WIDTH : Infinity));
  narrow(widths, width, (index) => (cells[index]?.column.whole ? Infinity : MIN_WIDTH));
  return cells.map((each, index) => ({ ...each, width: widths[index] ?? 0 }));
}

/** Takes what is too much from the widest first, and from none more than down to its least. */
function narrow(widths: number[], width: number, least: (index: number) => number): void {
  for (let excess = total(widths) - width; excess > 0; excess--) {
    const widest = widths.reduce((found, each, index) => {
      return each > least(index) && each > (widths[found] ?? 0) ? index : found;
    }, -1);
    if (widest === -1) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

function without<T>(list: readonly T[], excluded: T): readonly T[] {
  return list.filter((each) => each !== excluded);
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length);
}

function pad<Row>(text: string, { column: { align }, width }: Cells<Row>): string {
  const cut = truncate(text, width);
  const space = ' '.repeat(Math.max(0, width - displayWidth(cut)));
  return align === 'right' ? space + cut : cut + space;
}
