import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Agent, Dispatcher } from 'undici';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import type { HttpAnswer, HttpRequest } from '../request/http-request.js';
import { MAX_BODY_BYTES } from './answer-body.js';
import { Backpressure } from './backpressure.js';
import { ContentDecoder } from './content-decoder.js';
import { Exchange } from './exchange.js';

/** The one way to the network. Sends one attempt and reads its answer; knows nothing of retries. */
@Injectable()
export class HttpTransport implements OnApplicationShutdown {
  private readonly backpressure = new Backpressure();
  private readonly decoder = new ContentDecoder();
  private dispatcher: Dispatcher | undefined;
  private loading: Promise<Dispatcher> | undefined;

  constructor(@Inject(workerConfig.KEY) private readonly settings: WorkerSettings) {}

  /**
   * Any status is an answer. Redirects are not followed.
   *
   * Rejects with an `AttemptError`, or with the reason of the request's signal, which closes the
   * connection.
   */
  send(request: HttpRequest): Promise<HttpAnswer> {
    if (this.dispatcher) return this.exchange(this.dispatcher, request);
    this.loading ??= this.load();
    return this.loading.then((dispatcher) => this.exchange(dispatcher, request));
  }

  /** After the drain: what is still in flight has been given up by its run. */
  async onApplicationShutdown(): Promise<void> {
    const dispatcher = await this.loading;
    await dispatcher?.destroy();
  }

  private exchange(dispatcher: Dispatcher, request: HttpRequest): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      request.signal?.throwIfAborted();
      const exchange = new Exchange(request, this.backpressure, this.decoder, resolve, reject);
      const { origin, target: path, method, headers, body } = request;
      dispatcher.dispatch({ origin, path, method, headers, body }, exchange);
    });
  }

  /** With the first request: undici takes 40 ms and 14 MB to load, which a start does not need. */
  private async load(): Promise<Dispatcher> {
    const { concurrency, timeout, proxy } = this.settings.dataApi;
    const { default: undici } = await import('undici');
    const options: Agent.Options = {
      connections: concurrency.max,
      pipelining: 1,
      // With one request per connection it is clear which one a broken connection concerns.
      allowH2: false,
      maxResponseSize: MAX_BODY_BYTES,
      connect: { timeout },
      // The exchange has one deadline for the whole attempt.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    this.dispatcher = proxy ? new undici.EnvHttpProxyAgent(options) : new undici.Agent(options);
    return this.dispatcher;
  }
}
