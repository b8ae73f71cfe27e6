import { ExitCode } from '../process/exit-code.js';

const MEANINGS: Readonly<Record<keyof typeof ExitCode, string>> = {
  success: 'success',
  failed: 'failed',
  cancelled: 'cancelled',
  partial: 'partial: some items failed',
  unauthorized: 'not authorised',
  badConfiguration: 'bad configuration',
  unreachable: 'Data API unreachable',
  wrongUsage: 'wrong usage',
};

/** Those of a command that looks. */
export const EXIT_CODES_OF_LOOKING = ['success', 'failed', 'badConfiguration', 'wrongUsage'] as const;

export type ExitCodeName = keyof typeof ExitCode;
export type Example = readonly [commandLine: string, does: string];

/** What follows a command's own help: examples, and the exit codes that it may end with. */
export function helpAfter(examples: readonly Example[], exitCodes: readonly ExitCodeName[]): string {
  const width = Math.max(...examples.map(([commandLine]) => commandLine.length));
  const shown = examples.map(([commandLine, does]) => `  ${commandLine.padEnd(width)}  ${does}`);
  const codes = exitCodes.map((name) => `  ${String(ExitCode[name]).padStart(2)}  ${MEANINGS[name]}`);
  return ['', 'Examples:', ...shown, '', 'Exit codes:', ...codes].join('\n');
}

export const ALL_EXIT_CODES = Object.keys(ExitCode) as ExitCodeName[];
