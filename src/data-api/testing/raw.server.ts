import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

/**
 * What a server does with a request. `count`: from 1, over all connections; `head`: all that came.
 */
export type Script = (socket: Socket, head: string, count: number) => void;

export interface RawServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly string[];
  /** Connections that are open now. */
  readonly sockets: ReadonlySet<Socket>;
}

/** Writes to its sockets what the script says, HTTP or not. For requests without a body. */
export async function rawServer(script: Script): Promise<RawServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (data) => {
      const head = data.toString('latin1');
      requests.push(head);
      script(socket, head, requests.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A complete answer. */
export function http(status: number, body: string | Buffer = '', headers: Record<string, string> = {}): Buffer {
  const lines = Object.entries({ 'content-length': String(Buffer.byteLength(body)), ...headers });
  const head = `HTTP/1.1 ${status} X\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}
