import { fstatSync } from 'node:fs';

const STDOUT = 1;
const STDERR = 2;

let descriptor = STDOUT;

/** Sends the log to stderr: stdout is data. Call it before the application is created. */
export function useStderrForLogs(): void {
  descriptor = STDERR;
}

/** The file descriptor that log lines are written to; a pipe does not block its writer. */
export function logDescriptor(): number {
  const kind = fstatSync(descriptor);
  // Node has no call for it, but makes a pipe non-blocking when it opens a stream on it.
  if (kind.isFIFO() || kind.isSocket()) logStream();
  return descriptor;
}

/** Whether the log is read by a terminal that shows colours (`NO_COLOR` is honoured). */
export function logHasColors(): boolean {
  const stream = logStream();
  return stream.isTTY && stream.hasColors();
}

/** Of the terminal that shows the log, which may be resized; undefined: none does. */
export function logColumns(): number | undefined {
  return logStream().columns;
}

function logStream(): NodeJS.WriteStream {
  return descriptor === STDOUT ? process.stdout : process.stderr;
}
