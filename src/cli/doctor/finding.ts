import { ExitCode } from '../../process/exit-code.js';

/** What one look has shown, and what to do about it. */
export interface Finding {
  /** What was looked at. */
  readonly subject: string;
  readonly verdict: 'fine' | 'warning' | 'problem';
  readonly found: string;
  /** Null where nothing has to be done. */
  readonly advice: string | null;
  /** Of the command, if this is its first problem. */
  readonly exitCode: ExitCode;
}

export function fine(subject: string, found: string): Finding {
  return { subject, verdict: 'fine', found, advice: null, exitCode: ExitCode.success };
}

export function warning(subject: string, found: string, advice: string): Finding {
  return { subject, verdict: 'warning', found, advice, exitCode: ExitCode.success };
}

export function problem(subject: string, found: string, advice: string, exitCode: ExitCode = ExitCode.failed): Finding {
  return { subject, verdict: 'problem', found, advice, exitCode };
}
