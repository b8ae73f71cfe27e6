import { printable } from './printable.js';
import { displayWidth, truncate } from '../../runs/display-width.js';

describe('a foreign text on the terminal', () => {
  it.each([
    ['plain text', 'plain text'],
    ['two\r\n  lines', 'two lines'],
    ['\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
    ['title\u0007', 'title\\u0007'],
    ['\u009b2J', '\\u009b2J'],
    ['a\u202eb', 'a\\u202eb'],
    ['a\u0000b', 'a\\u0000b'],
    ['\ud800', '\ufffd'],
    ['Žluťoučký 注文', 'Žluťoučký 注文'],
  ])('is shown without obeying it: %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it.each([
    [' ', 'blanks'],
    ['\n', 'line breaks'],
    ['\u001b[2J', 'escape sequences'],
    ['\u202e', 'bidirectional marks'],
    ['e\u0301', 'combining marks'],
  ])('is cut before it is looked at: 1 MB of %j (%s)', (unit) => {
    const shown = printable(unit.repeat(2 ** 20 / unit.length));
    expect(shown.length).toBeLessThan(6 * 4_100);
    expect(shown).toMatch(/…$/);
  });

  it.each([
    ['abc', 3],
    ['注文', 4],
    ['e\u0301', 1],
    ['📦', 2],
    ['…', 1],
  ])('%j takes %d columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['ab cdef', 4, 'ab…'],
    ['注文注文', 5, '注文…'],
    ['注文注文', 4, '注…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('%j in %d columns is cut to %j', (text, width, cut) => {
    expect(truncate(text, width)).toBe(cut);
  });
});
