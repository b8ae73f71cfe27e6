import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../built-program.ts';

interface Row {
  readonly id: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

const ROW = /^\| ([A-Z]\d+) +\|.+$/gm;
const TEST = /\]\(\.\.\/\.\.\/([^)]+)\): `([^`]+)`/g;

function rowsOf(document: string): Row[] {
  return [...document.matchAll(ROW)].map(([line, id = '']) => ({
    id,
    tests: [...line.matchAll(TEST)].map(([, file = '', name = '']) => ({ file, name: name.replaceAll('\\|', '|') })),
  }));
}

/** Tests that a row names and that are not there: as the whole of a text in the code. */
function missing({ tests }: Row): string[] {
  const found = tests.map(({ file, name }) => {
    const code = readFileSync(join(ROOT, file), 'utf8');
    return ["'", '"', '`'].some((quote) => code.includes(`${quote}${name}${quote}`)) ? '' : `${file}: ${name}`;
  });
  return found.filter((name) => name !== '');
}

describe('docs/reference/faults.md', () => {
  const rows = rowsOf(readFileSync(join(ROOT, 'docs/reference/faults.md'), 'utf8'));

  it('has one row for each fault', () => {
    expect(rows.length).toBeGreaterThan(70);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  it.each(rows.map((row) => [row.id, row] as const))('%s names tests that there are', (_, row) => {
    expect(row.tests).not.toEqual([]);
    expect(missing(row)).toEqual([]);
  });

  it('is found wrong where it names a test that there is not', () => {
    const [row] = rowsOf('| A1  | a | b | [README.md](../../README.md): `is not there` |');
    expect(row && missing(row)).toEqual(['README.md: is not there']);
  });
});
