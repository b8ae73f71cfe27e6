import { WorkerError } from '../runs/errors.js';

const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there: stop it, or set PORT to another port',
  EACCES: 'this user may not listen there: set PORT to 1024 or above',
  EADDRNOTAVAIL: 'this machine has no such address: set HOST to one of its own, or to 0.0.0.0 for all of them',
  ENOTFOUND: 'this name has no address: set HOST to a name or an address of this machine',
  EAI_AGAIN: 'this name could not be looked up: set HOST to an address of this machine',
};

/** The HTTP endpoints could not be opened. Names the address, the cause and the remedy. */
export class ListenAddressUnavailableError extends WorkerError {
  override readonly name = 'ListenAddressUnavailableError';

  constructor(host: string, port: number, cause: unknown) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const reason = `${REMEDIES[code] ?? message}${code && ` (${code})`}`;
    super(`Cannot listen on HOST ${host}, PORT ${port}: ${reason}`, 'LISTEN_ADDRESS_UNAVAILABLE', { cause });
  }
}
