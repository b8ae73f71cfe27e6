import { answering, freePort } from './answering.ts';
import type { Program } from './program.ts';

/** Starts a service on a free port, and ends it after its use. */
export async function serving<T>(
  launch: (port: number) => Program,
  use: (url: string, pid: number) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = launch(port);
  await program.during(answering(`${url}/health/ready`));
  const result = await program.during(use(url, program.pid));
  await program.stop();
  return result;
}
