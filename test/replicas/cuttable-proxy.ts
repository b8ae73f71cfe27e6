import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** For each connection one that makes of what the server answers what gets through. */
type AnswerFilter = () => (data: Buffer) => Buffer;

/** A TCP proxy in front of a server, whose cable can be pulled. */
export class CuttableProxy {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly filterOf: AnswerFilter;
  private cut = false;

  private constructor(port: number, filterOf: AnswerFilter) {
    this.filterOf = filterOf;
    this.server = createServer((client) => this.join(client, connect(port, '127.0.0.1')));
  }

  /** `port`: of the server, on this machine. */
  static async before(port: number, filterOf: AnswerFilter = () => (data) => data): Promise<CuttableProxy> {
    const proxy = new CuttableProxy(port, filterOf);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** From now on nothing gets through, either way, and nobody is told: as of a pulled cable. */
  pull(): void {
    this.cut = true;
    for (const socket of this.sockets) socket.pause();
  }

  plug(): void {
    this.cut = false;
    for (const socket of this.sockets) socket.resume();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket, upstream: Socket): void {
    const all = (data: Buffer): Buffer => data;
    for (const [from, to, filter] of [
      [client, upstream, all],
      [upstream, client, this.filterOf()],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (data) => to.write(filter(data)));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        // The end of a connection does not get through a pulled cable either.
        if (!this.cut) to.destroy();
      });
      if (this.cut) from.pause();
    }
  }
}
