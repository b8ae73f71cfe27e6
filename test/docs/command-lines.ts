import type { CodeBlock } from './documents.ts';

/** A command that a document shows. */
export interface CommandLine {
  readonly place: string;
  readonly command: string;
  /** The output that the document shows; null when it shows none, or only an example. */
  readonly output: string | null;
  readonly exitCode: number;
}

/**
 * The commands of a block. In `console` they begin with `$ `, and what follows is their output;
 * `sh` is one script.
 */
export function commandLines(block: CodeBlock): CommandLine[] {
  const mark = (kind: string) => block.marks.find((mark) => mark.kind === kind);
  if (mark('not run')) return [];
  const place = `${block.document}:${block.line}`;
  const exitCode = Number(mark('exit')?.text ?? 0);
  if (block.language === 'sh') return [{ place, command: block.code, output: null, exitCode }];
  if (block.language !== 'console') return [];
  const commands: { command: string; output: string[] }[] = [];
  for (const line of block.code.split('\n')) {
    const last = commands.at(-1);
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), output: [] });
    else if (last?.command.endsWith('\\') && last.output.length === 0) last.command += `\n${line}`;
    else last?.output.push(line);
  }
  return commands.map(({ command, output }) => {
    const text = output.join('\n').trim();
    return { place, command, output: text === '' || mark('output') ? null : text, exitCode };
  });
}

/**
 * Whether a command printed what a document shows: numbers may differ, `…` stands for anything,
 * also for lines that were left out.
 */
export function printsAsShown(shown: string, printed: string): boolean {
  const pattern = shown
    .split('\n')
    .map((line) => (line.trim() === '…' ? '(?:.*\\n)*?' : `${linePattern(line)}\\n`))
    .join('');
  return new RegExp(`^\\s*${pattern}\\s*$`).test(`${printed.trimEnd()}\n`);
}

function linePattern(line: string): string {
  return line
    .trimEnd()
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\d+/g, '\\d+')
    .replace(/ {2,}/g, ' +')
    .replaceAll('…', '.*')
    .concat(' *');
}
