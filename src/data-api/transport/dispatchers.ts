import type { Socket } from 'node:net';
import type { Agent, buildConnector, Dispatcher } from 'undici';
import type { WorkerSettings } from '../../config/settings.js';
import { MAX_BODY_BYTES } from './answer-body.js';
import { NoProxyNetworks } from './no-proxy.js';

export interface Dispatchers {
  /** Uses connections again. */
  readonly kept: Dispatcher;
  /** Opens a connection for each request. */
  readonly fresh: Dispatcher;
  destroy(): Promise<void>;
}

/** Loads undici, which takes 40 ms and 14 MB: not before there is something to send. */
export async function openDispatchers({
  concurrency,
  timeout,
  proxy,
}: WorkerSettings['dataApi']): Promise<Dispatchers> {
  const { default: undici } = await import('undici');
  const options: Agent.Options = {
    connections: concurrency.max,
    pipelining: 1,
    // With one request per connection it is clear which one a broken connection concerns.
    allowH2: false,
    maxResponseSize: MAX_BODY_BYTES,
    connect: countingBytes(undici.buildConnector({ timeout, allowH2: false })),
    // The exchange has one deadline for the whole attempt.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const agents: Dispatcher[] = [];
  const open = (changes: Agent.Options): Dispatcher => {
    const direct = new undici.Agent({ ...options, ...changes });
    agents.push(direct);
    if (!proxy) return direct;
    const proxied = new undici.EnvHttpProxyAgent({ ...options, ...changes });
    agents.push(proxied);
    return exceptFor(networks, direct, proxied);
  };
  const networks = new NoProxyNetworks(process.env['no_proxy'] ?? process.env['NO_PROXY'] ?? '');
  const [kept, fresh] = [open({}), open({ pipelining: 0 })];
  return { kept, fresh, destroy: async () => void (await Promise.all(agents.map((agent) => agent.destroy()))) };
}

function exceptFor(networks: NoProxyNetworks, direct: Dispatcher, proxied: Dispatcher): Dispatcher {
  return proxied.compose((dispatch) => (options, handler) => {
    const isDirect = options.origin !== undefined && networks.include(String(options.origin));
    return isDirect ? direct.dispatch(options, handler) : dispatch(options, handler);
  });
}

/**
 * Lets every error of a connection say how much had been read from it, as undici's own do: that
 * tells a connection that was kept too long from a new one.
 */
function countingBytes(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...result) => {
      const socket: Socket | null = result[1];
      socket?.on('error', (error) => {
        if (!('socket' in error)) Object.assign(error, { socket: { bytesRead: socket.bytesRead } });
      });
      callback(...result);
    });
}
