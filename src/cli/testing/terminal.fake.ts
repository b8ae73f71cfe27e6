import { Terminal } from '../terminal.js';

export interface RecordedTerminal {
  readonly terminal: Terminal;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** A terminal that keeps what is written to it; without `columns`, a pipe. */
export function aTerminal(columns?: number, environment: NodeJS.ProcessEnv = {}): RecordedTerminal {
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written) => ({
    ...(columns !== undefined && { isTTY: true, columns }),
    write: (text: string) => (written[name] += text),
  });
  return {
    terminal: new Terminal(output('stdout'), output('stderr'), environment),
    stdout: () => written.stdout,
    stderr: () => written.stderr,
  };
}
