import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import type { HttpAnswer, HttpRequest } from '../request/http-request.js';
import { ArrivingBytes } from './answer-body.js';
import { Exchange } from './exchange.js';

/** The one way to the network. Sends one attempt and reads its answer; knows nothing of retries. */
@Injectable()
export class HttpTransport implements OnApplicationShutdown {
  private readonly dispatcher: Dispatcher;
  private readonly arriving = new ArrivingBytes();

  constructor(@Inject(workerConfig.KEY) { dataApi }: WorkerSettings) {
    const options: Agent.Options = {
      connections: dataApi.concurrency.max,
      pipelining: 1,
      // What happens to a cancelled or broken request is only understood for one request per connection.
      allowH2: false,
      connect: { timeout: dataApi.timeout },
      // The exchange has one deadline for the whole attempt.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    this.dispatcher = dataApi.proxy ? new EnvHttpProxyAgent(options) : new Agent(options);
  }

  /**
   * Rejects with an `AttemptError`, or with the reason of the request's signal, which closes the connection. Any status
   * is an answer. Redirects are not followed.
   */
  readonly send = (request: HttpRequest): Promise<HttpAnswer> => {
    return new Promise((resolve, reject) => {
      request.signal?.throwIfAborted();
      const exchange = new Exchange(request, this.arriving, resolve, reject);
      const { origin, target: path, method, headers, body } = request;
      this.dispatcher.dispatch({ origin, path, method, headers, body }, exchange);
    });
  };

  /** After the drain: what is still in flight has been given up by its run. */
  async onApplicationShutdown(): Promise<void> {
    await this.dispatcher.destroy();
  }
}
