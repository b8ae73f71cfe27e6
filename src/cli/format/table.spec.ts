import picocolors from 'picocolors';
import { NO_COLORS } from './colors.js';
import { displayWidth } from '../../runs/display-width.js';
import { type Column, table } from './table.js';

interface Order {
  readonly id: string;
  readonly size: number;
  readonly note: string;
}

const ORDERS: Order[] = [
  { id: 'a', size: 5, note: 'short' },
  { id: 'long-id', size: 1_000, note: 'a note that goes on and on and on' },
];

const COLUMNS: Column<Order>[] = [
  { title: 'ID', text: ({ id }) => id },
  { title: 'SIZE', text: ({ size }) => String(size), align: 'right', optional: true },
  { title: 'NOTE', text: ({ note }) => note, elastic: true },
];

function lines(rows: readonly Order[], width: number | null, columns = COLUMNS): string[] {
  return table(rows, columns, NO_COLORS, width).split('\n');
}

describe('a table', () => {
  it('aligns its columns', () => {
    expect(lines(ORDERS, null)).toEqual([
      'ID       SIZE  NOTE',
      'a           5  short',
      'long-id  1000  a note that goes on and on and on',
    ]);
  });

  it('cuts the elastic column to what the terminal has room for', () => {
    const shown = lines(ORDERS, 35);
    expect(shown[2]).toBe('long-id  1000  a note that goes on…');
    for (const line of shown) expect(line.length).toBeLessThanOrEqual(35);
  });

  it('leaves out what is optional where it is too narrow for all', () => {
    expect(lines(ORDERS, 30)[0]).toBe('ID       NOTE');
  });

  it('fits where the elastic column alone cannot give way, and cuts no id', () => {
    const id = '01930000-0000-7000';
    const rows = [
      { id, size: 1, note: 'a note that goes on and on', owner: 'the widest column of all that there are' },
    ];
    const columns: Column<(typeof rows)[number]>[] = [
      { title: 'ID', text: ({ id }) => id, whole: true },
      { title: 'OWNER', text: ({ owner }) => owner },
      { title: 'NOTE', text: ({ note }) => note, elastic: true },
    ];
    for (let width = 30; width <= 100; width++) {
      const shown = table(rows, columns, NO_COLORS, width).split('\n');
      for (const line of shown) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      expect(shown[1]).toContain(id);
    }
    expect(table(rows, columns, NO_COLORS, 60).split('\n')[1]).toBe(`${id}  the widest column of…   a note that goe…`);
  });

  it('leaves out columns in which there is nothing', () => {
    expect(lines([{ id: 'a', size: 1, note: '' }], null)[0]).toBe('ID  SIZE');
  });

  it('aligns wide characters and colours as they appear', () => {
    const colored: Column<Order>[] = [
      { title: 'ID', text: ({ id }) => id, paint: () => picocolors.createColors(true).red },
      { title: 'NOTE', text: ({ note }) => note },
    ];
    const [, first, second] = lines([{ id: '注文', size: 1, note: 'x' }, ...ORDERS.slice(0, 1)], null, colored);
    expect(first).toBe('\u001b[31m注文\u001b[39m  x');
    expect(second).toBe('\u001b[31ma   \u001b[39m  short');
  });
});
