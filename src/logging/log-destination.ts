const STDOUT = 1;
const STDERR = 2;

let descriptor = STDOUT;

/** Sends the log to stderr: stdout is data. Call it before the application is created. */
export function useStderrForLogs(): void {
  descriptor = STDERR;
}

/** The file descriptor that log lines are written to. */
export function logDescriptor(): number {
  return descriptor;
}

/** Whether the log is read by a terminal that shows colours (`NO_COLOR` is honoured). */
export function logHasColors(): boolean {
  const stream = descriptor === STDOUT ? process.stdout : process.stderr;
  return stream.isTTY && stream.hasColors();
}
