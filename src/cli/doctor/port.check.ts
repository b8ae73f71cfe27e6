import { createServer } from 'node:net';
import type { NewestService } from '../../ledger/service-ledger.js';
import { fine, type Finding, problem } from './finding.js';

/** Whether the service could listen, or is the one that does. */
export async function checkPort(host: string, port: number, service: NewestService | null): Promise<Finding> {
  const { announcement } = service ?? {};
  if (announcement) return fine('port', `the service listens on ${announcement.url}`);
  const failure = await listen(host, port);
  if (failure === null) return fine('port', `${port} on ${host} is free`);
  const advice = 'Point HOST and PORT at an address of this machine that is free, or stop what listens there';
  return problem('port', `${port} on ${host} cannot be listened on (${failure})`, advice);
}

function listen(host: string, port: number): Promise<string | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}
