import type { Socket } from 'node:net';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Agent, buildConnector, Dispatcher } from 'undici';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { MAX_TIMER_MS } from '../../time/longest-timer.js';
import { AttemptError } from '../policy/attempt.error.js';
import type { HttpAnswer, HttpRequest } from '../request/http-request.js';
import { MAX_BODY_BYTES } from './answer-body.js';
import { Backpressure } from './backpressure.js';
import { ContentDecoder } from './content-decoder.js';
import { type Connections, Exchange } from './exchange.js';
import { NoProxyNetworks } from './no-proxy.js';

interface Dispatchers extends Connections {
  destroy(): Promise<void>;
}

/** The one way to the network. Sends one attempt and reads its answer; knows nothing of retries. */
@Injectable()
export class HttpTransport implements OnApplicationShutdown {
  private readonly backpressure = new Backpressure();
  private readonly decoder = new ContentDecoder();
  private dispatchers: Dispatchers | undefined;
  private opening: Promise<Dispatchers> | undefined;

  constructor(@Inject(workerConfig.KEY) private readonly settings: WorkerSettings) {}

  /**
   * Any status is an answer. Redirects are not followed.
   *
   * Rejects with an `AttemptError`, or with the reason of the request's signal, which closes the
   * connection.
   */
  send(request: HttpRequest): Promise<HttpAnswer> {
    if (this.dispatchers) return this.exchange(this.dispatchers, request);
    this.opening ??= openDispatchers(this.settings);
    return this.opening.then((dispatchers) => this.exchange((this.dispatchers = dispatchers), request));
  }

  /** After the drain: what is still in flight has been given up by its run. */
  async onApplicationShutdown(): Promise<void> {
    const dispatchers = await this.opening;
    await dispatchers?.destroy();
  }

  private exchange(dispatchers: Dispatchers, request: HttpRequest): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      request.signal?.throwIfAborted();
      checkTimeout(request);
      new Exchange(request, dispatchers, this.backpressure, this.decoder, resolve, reject).dispatch();
    });
  }
}

/** A timer of any other length would be one of a millisecond. */
function checkTimeout({ timeout }: HttpRequest): void {
  if (timeout >= 1 && timeout <= MAX_TIMER_MS) return;
  throw new AttemptError('unsendable', `a timeout of ${timeout} ms is not between 1 ms and 24 days`);
}

/** Loads undici, which takes 40 ms and 14 MB: not before there is something to send. */
async function openDispatchers({ dataApi, apis }: WorkerSettings): Promise<Dispatchers> {
  // To each host; how many of them an API has at once is its policy's.
  const connections = Math.max(...[dataApi, ...apis].map(({ concurrency }) => concurrency.max));
  const timeout = Math.max(...[dataApi, ...apis].map((api) => api.timeout));
  const { default: undici } = await import('undici');
  const options: Agent.Options = {
    connections,
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
    if (!dataApi.proxy) return direct;
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
