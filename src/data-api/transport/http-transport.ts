import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { MAX_TIMER_MS } from '../../time/longest-timer.js';
import { AttemptError } from '../policy/attempt.error.js';
import type { HttpAnswer, HttpRequest } from '../request/http-request.js';
import { Backpressure } from './backpressure.js';
import { ContentDecoder } from './content-decoder.js';
import { type Dispatchers, openDispatchers } from './dispatchers.js';
import { Exchange } from './exchange.js';

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
    this.opening ??= openDispatchers(this.settings.dataApi);
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
