import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Returns the wanted port if it is free, otherwise any free port. */
export async function freePort(wanted: number): Promise<number> {
  return (await probe(wanted)) ?? (await probe(0)) ?? wanted;
}

async function probe(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return undefined;
  }
  const { port: found } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return found;
}
