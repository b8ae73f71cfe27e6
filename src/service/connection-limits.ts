import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { SECOND } from '../time/duration.js';

const MAX_CONNECTIONS = 128;

const TIMEOUTS_MS = {
  headersTimeout: 5 * SECOND,
  requestTimeout: 10 * SECOND,
  /** How often the two are looked after; Node's own 30 s would be their real length. */
  connectionsCheckingInterval: SECOND,
};

/**
 * Keeps clients that say nothing, or dribble, from using up the process' descriptors: probes are
 * answered all the same. Beyond the limit a new connection takes the place of the one that has been
 * without a request for longest; call it before the server listens.
 */
export function limitConnections(server: Server, max = MAX_CONNECTIONS): void {
  Object.assign(server, TIMEOUTS_MS);
  const open = new Set<Socket>();
  /** Without a request, the longest first. */
  const waiting = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    waiting.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      waiting.delete(socket);
    });
    if (open.size > max) for (const longest of waiting) return void longest.destroy();
  });
  server.on('request', ({ socket }, response) => {
    waiting.delete(socket);
    response.once('close', () => {
      if (open.has(socket)) waiting.add(socket);
    });
  });
}
