import type { Colors } from '../format/colors.js';
import { printable } from '../format/printable.js';
import { displayWidth } from '../../runs/display-width.js';
import type { Finding } from './finding.js';

const SIGNS = { fine: '✓', warning: '!', problem: '✗' } as const;
const INDENT = '    ';

/** One line a finding, with what to do below it. `width` null: as wide as it takes. */
export function doctorReport(findings: readonly Finding[], colors: Colors, width: number | null): string {
  const paint = { fine: colors.green, warning: colors.yellow, problem: colors.red };
  return findings
    .flatMap(({ verdict, subject, found, advice }) => [
      ...wrapped(`${SIGNS[verdict]} ${subject}: ${printable(found)}`, INDENT, width).map((line, at) =>
        at === 0 ? paint[verdict](line.slice(0, 1)) + line.slice(1) : line,
      ),
      ...(advice === null ? [] : wrapped(`${INDENT}→ ${printable(advice)}`, `${INDENT}  `, width)),
    ])
    .join('\n');
}

/** Breaks at spaces; a word that is too long stands alone. */
function wrapped(text: string, indent: string, width: number | null): string[] {
  if (width === null) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S) /)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > width) {
      lines.push(line);
      line = indent + word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
