import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { limitConnections } from './connection-limits.js';

/** Security 8. */
describe('limited connections', () => {
  let server: Server;
  let sockets: Socket[];
  let held: ServerResponse[];

  beforeEach(async () => {
    sockets = [];
    held = [];
    server = createServer((request, response) => {
      if (request.url === '/held') held.push(response);
      else response.end('alive');
    });
    limitConnections(server, 3);
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  async function open(text = ''): Promise<Socket> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    sockets.push(socket.on('error', () => {}));
    const accepted = once(server, 'connection');
    await Promise.all([once(socket, 'connect'), accepted]);
    socket.write(text);
    return socket;
  }

  async function ask(): Promise<string> {
    const socket = await open('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    return answer;
  }

  it('leave room for a probe, at the cost of the one that has waited longest', async () => {
    const [first, second] = [await open('GET /'), await open('GET /'), await open('GET /')];
    const closed = once(first, 'close');
    expect(await ask()).toContain('alive');
    await closed;
    expect(second.destroyed).toBe(false);
  });

  it('do not end one that is being answered', async () => {
    const arrived = once(server, 'request');
    const busy = await open('GET /held HTTP/1.1\r\nHost: x\r\n\r\n');
    await arrived;
    await open('GET /');
    await open('GET /');
    expect(await ask()).toContain('alive');
    expect(busy.destroyed).toBe(false);
    held[0]?.end('at last');
    expect(String((await once(busy, 'data'))[0])).toContain('at last');
  });

  it('give headers 5 s and requests 10 s, and see to it every second', () => {
    expect(server).toMatchObject({
      headersTimeout: 5_000,
      requestTimeout: 10_000,
      connectionsCheckingInterval: 1_000,
    });
  });
});
