import type { Writable } from 'node:stream';

/** Whoever reads the output may stop reading, as in `worker history | head -1`: what is left is then not wanted. */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', failUnlessClosed);
}

/** Ends the process once everything that was written has left it. */
export async function endProcess(exitCode: number): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit(exitCode);
}

function failUnlessClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') process.exit(1);
}

function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
