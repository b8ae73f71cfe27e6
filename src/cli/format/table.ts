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
  /** Left out where the terminal is too narrow for all; the first such column goes first. */
  readonly optional?: boolean;
}

const GAP = '  ';
const MIN_ELASTIC_WIDTH = 16;

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

function fitted<Row>(cells: readonly Cells<Row>[], width: number): readonly Cells<Row>[] {
  const least = total(cells.map(({ column, width }) => (column.elastic ? Math.min(width, MIN_ELASTIC_WIDTH) : width)));
  const dispensable = cells.find(({ column }) => column.optional);
  if (least > width && dispensable) return fitted(without(cells, dispensable), width);
  const excess = Math.max(0, total(cells.map(({ width }) => width)) - width);
  return cells.map((each) =>
    each.column.elastic
      ? { ...each, width: Math.max(Math.min(each.width, MIN_ELASTIC_WIDTH), each.width - excess) }
      : each,
  );
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
