import { loadSettings } from '../../config/load-settings.js';
import type { HttpAnswer, HttpRequest } from '../request/http-request.js';
import { HttpTransport } from '../transport/http-transport.js';
import { rawServer, type Script } from './raw.server.js';
import { aRequest } from './requests.js';

/** Sends one request to a server with this script. Server and transport end with it. */
export async function exchange(script: Script, changes: Partial<HttpRequest> = {}): Promise<HttpAnswer> {
  await using server = await rawServer(script);
  const transport = aTransport();
  try {
    return await transport.send(aRequest({ origin: server.url, timeout: 5_000, ...changes }));
  } finally {
    await transport.onApplicationShutdown();
  }
}

export function aTransport(environment: Record<string, string> = {}): HttpTransport {
  return new HttpTransport(loadSettings({ DATA_API_URL: 'http://127.0.0.1', ...environment }));
}

export const answering =
  (...writes: (string | Buffer)[]): Script =>
  (socket) =>
    writes.forEach((data) => socket.write(data));
export const closingAfter =
  (...writes: (string | Buffer)[]): Script =>
  (socket) =>
    socket.end(Buffer.concat(writes.map((data) => Buffer.from(data))));
