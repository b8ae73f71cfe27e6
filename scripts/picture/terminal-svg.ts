/** A picture of a terminal, made of what programs print with colours (SGR sequences). */
const CELL = { width: 8.4, height: 20 };
const MARGIN = 20;
const TITLE_BAR = 36;
/** Longer lines are cut, as a terminal of this width would do. */
const MAX_COLUMNS = 116;
const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
const BACKGROUND = '#0d1117';
const INK = '#e6edf3';
const COLORS: Readonly<Record<number, string>> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#76e3ea',
  90: '#8b949e',
};
const BUTTONS = ['#ff5f57', '#febc2e', '#28c840'];
// eslint-disable-next-line no-control-regex -- the sequences begin with ESC
const SGR = /\x1b\[([\d;]*)m/g;

interface Style {
  readonly color: string;
  readonly bold: boolean;
  readonly dim: boolean;
}

const PLAIN: Style = { color: INK, bold: false, dim: false };

export function terminalSvg(title: string, output: string): string {
  const lines = output.trimEnd().split('\n');
  const longest = Math.max(...lines.map((line) => line.replace(SGR, '').length));
  const columns = Math.min(longest, MAX_COLUMNS);
  const width = Math.ceil(columns * CELL.width) + 2 * MARGIN;
  const height = lines.length * CELL.height + TITLE_BAR + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${escape(title)}" font-family="${FONT}" font-size="14">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
    ...BUTTONS.map((color, index) => `<circle cx="${MARGIN + index * 18}" cy="18" r="6" fill="${color}"/>`),
    ...textLines(lines),
    '</svg>',
    '',
  ].join('\n');
}

function textLines(lines: readonly string[]): string[] {
  let style = PLAIN;
  return lines.map((line, row) => {
    const y = TITLE_BAR + (row + 0.7) * CELL.height;
    const spans: string[] = [];
    let column = 0;
    let from = 0;
    const add = (text: string) => {
      const room = MAX_COLUMNS - column;
      const shown = text.trimEnd().length > room ? `${text.slice(0, Math.max(0, room - 1))}…` : text;
      // Columns of a table keep their places in any font.
      for (const part of shown.matchAll(/\S+(?: \S+)*/g)) {
        if (room > 0) spans.push(span(part[0], column + part.index, y, style));
      }
      column += text.length;
    };
    for (const match of line.matchAll(SGR)) {
      add(line.slice(from, match.index));
      from = match.index + match[0].length;
      style = styleAfter(style, match[1] ?? '');
    }
    add(line.slice(from));
    return spans.join('');
  });
}

function span(text: string, column: number, y: number, { color, bold, dim }: Style): string {
  const x = (MARGIN + column * CELL.width).toFixed(1);
  const length = (text.length * CELL.width).toFixed(1);
  const look = `fill="${color}"${bold ? ' font-weight="600"' : ''}${dim ? ' opacity="0.65"' : ''}`;
  return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs" ${look}>${escape(text)}</text>`;
}

function styleAfter(style: Style, codes: string): Style {
  return codes
    .split(';')
    .map(Number)
    .reduce((now, code) => {
      if (code === 0) return PLAIN;
      if (code === 1) return { ...now, bold: true };
      if (code === 2) return { ...now, dim: true };
      if (code === 22) return { ...now, bold: false, dim: false };
      if (code === 39) return { ...now, color: INK };
      return { ...now, color: COLORS[code] ?? now.color };
    }, style);
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
