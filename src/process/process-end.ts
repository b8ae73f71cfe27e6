import type { Writable } from 'node:stream';

/** The reader of a pipe, or the terminal, is gone. */
const CLOSED = new Set<unknown>(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/** A reader that has gone, as in `worker history | head -1`, does not want the rest. */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', failUnlessClosed);
}

/** Ends the process once everything that was written has left it. */
export async function endProcess(exitCode: number): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit(exitCode);
}

function failUnlessClosed(error: NodeJS.ErrnoException): void {
  if (CLOSED.has(error.code)) return;
  process.stderr.write(`The output could not be written: ${error.message}\n`);
  process.exit(1);
}

function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
