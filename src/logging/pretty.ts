import type { DestinationStream } from 'pino';
import { truncate } from '../runs/display-width.js';
import { printableFields } from './printable-fields.js';
import { errorText, fieldsText, stackOf } from './pretty-fields.js';

/** The context of a line inside a run is its task; the rest is for programs. */
const LEFT_OUT = ['level', 'time', 'service', 'context', 'msg', 'run', 'task', 'attempt', 'slot', 'trigger', 'at'];
/** Of a line for people that no terminal reads. */
const DEFAULT_COLUMNS = 120;
/** `[12:30:00.000] INFO: `, with the level's own length. */
const PREFIX_COLUMNS = '[12:30:00.000] : '.length;

export interface PrettyOptions {
  readonly colorize: boolean;
  /** Of the terminal that shows the lines. */
  readonly columns?: (() => number | undefined) | undefined;
}

interface Line extends Readonly<Record<string, unknown>> {
  readonly context?: string;
  readonly msg?: string;
}

/**
 * Log lines for people: each as wide as their terminal, its most telling parts first. Only a stack
 * follows on lines of its own. The library is loaded only where somebody looks.
 */
export async function prettyInto(
  output: DestinationStream,
  { colorize, columns }: PrettyOptions,
): Promise<DestinationStream> {
  const { prettyFactory } = (await import('pino-pretty')).default;
  const pretty = prettyFactory({
    colorize,
    translateTime: 'SYS:HH:MM:ss.l',
    hideObject: true,
    messageFormat: (line) =>
      message(line, (columns?.() ?? DEFAULT_COLUMNS) - PREFIX_COLUMNS - String(line['level']).length),
  });
  return { write: (line) => output.write(pretty(printableFields(JSON.parse(line)))) };
}

function message(line: Line, columns: number): string {
  const { context, msg = '' } = line;
  const said = context === undefined ? msg : `${context}: ${msg}`;
  const fields = Object.entries(line).filter(([name]) => !LEFT_OUT.includes(name));
  const parts = [said, fieldsText(fields, said), ...fields.flatMap(([name, value]) => errorText(name, value) ?? [])];
  const shown = parts.filter((part) => part !== '').join('  ');
  return [truncate(shown.slice(0, columns * 4), columns), ...fields.flatMap(([, value]) => stackOf(value))].join(
    '\n    ',
  );
}
