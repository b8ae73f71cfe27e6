import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createProxy, type IncomingMessage, type Server } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WorkerProcess } from './faults/worker-process.ts';

/** Of a server at 127.0.0.1, signed by itself, for these tests only; good for a hundred years. */
const tls = (file: string) => fileURLToPath(new URL(`./tls/server.${file}.pem`, import.meta.url));

const OWN_AUTHORITY = { NODE_EXTRA_CA_CERTS: tls('cert') };

let folder: string;
let requests: string[];
let server: Server;
let url: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tls-'));
  requests = [];
  server = createServer(
    { key: readFileSync(tls('key')), cert: readFileSync(tls('cert')) },
    ({ url = '' }, response) => {
      requests.push(url);
      response.setHeader('Content-Type', 'application/json').end('{"updated":7}');
    },
  );
  url = `https://127.0.0.1:${await listening(server)}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

async function synchronise(environment: Readonly<Record<string, string>>) {
  const process = new WorkerProcess({
    program: 'cli',
    arguments: ['run', 'sync_external_data', '--json'],
    environment: { DATA_API_URL: url, DATABASE_URL: `sqlite:${join(folder, 'worker.db')}`, ...environment },
    folder,
  });
  const { code } = await process.exit();
  return { code, run: process.log.text, output: process.output };
}

describe('a Data API behind TLS', () => {
  it('is reached when NODE_EXTRA_CA_CERTS names its authority', async () => {
    const { code, run } = await synchronise(OWN_AUTHORITY);
    expect(JSON.parse(run)).toMatchObject({ status: 'succeeded', result: { updated: 7 } });
    expect(code).toBe(0);
    expect(requests).toEqual(['/api/v1/sync']);
  });

  it('is sent nothing when nobody vouches for it, and the message names the way out', async () => {
    const { run, output } = await synchronise({});
    expect(JSON.parse(run)).toMatchObject({ status: 'failed' });
    expect(output).toContain('NODE_EXTRA_CA_CERTS names a file of further authorities');
    expect(requests).toEqual([]);
  });

  it('is reached through the proxy that HTTPS_PROXY names', async () => {
    const tunnels: string[] = [];
    const proxy = createProxy().on('connect', ({ url: target = '' }: IncomingMessage, client: Socket) => {
      tunnels.push(target);
      const [host, port] = target.split(':');
      const upstream = connect(Number(port), host ?? '', () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on('error', () => client.destroy());
      client.on('error', () => upstream.destroy());
    });
    try {
      const environment = { ...OWN_AUTHORITY, HTTPS_PROXY: `http://127.0.0.1:${await listening(proxy)}` };
      expect((await synchronise(environment)).code).toBe(0);
      expect(tunnels).toEqual([new URL(url).host]);
      expect(requests).toEqual(['/api/v1/sync']);
    } finally {
      proxy.close();
    }
  });
});
