import { Inject, Injectable } from '@nestjs/common';
import type { Dispatcher } from 'undici';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { SECOND } from '../../time/duration.js';

const TIMEOUT_MS = 5 * SECOND;

/** A message to somebody outside. */
export interface Letter {
  readonly url: string;
  readonly contentType: 'text/plain; charset=utf-8' | 'application/json';
  readonly body: string;
}

/** A letter was not taken. `final`: nor will it be, however often it is sent. */
export class LetterRefusedError extends Error {
  override readonly name = 'LetterRefusedError';

  constructor(
    message: string,
    readonly final: boolean,
  ) {
    super(message);
  }
}

/** Sends a letter once. Knows nothing of tries and of what is in it. */
@Injectable()
export class OutboundPost {
  private dispatcher: Promise<Dispatcher> | undefined;

  constructor(@Inject(workerConfig.KEY) private readonly settings: WorkerSettings) {}

  /** Rejects unless the answer is a 2xx within 5 s. Redirects are not followed. */
  async send({ url, contentType, body }: Letter, signal: AbortSignal): Promise<void> {
    // Not before there is something to send: it takes 40 ms and 14 MB to load.
    const { default: undici } = await import('undici');
    this.dispatcher ??= Promise.resolve(
      this.settings.dataApi.proxy ? new undici.EnvHttpProxyAgent() : new undici.Agent({ keepAliveTimeout: 1 }),
    );
    const answer = await undici.request(url, {
      method: 'POST',
      headers: { 'content-type': contentType, 'user-agent': 'task-worker' },
      body,
      dispatcher: await this.dispatcher,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await answer.body.dump({ limit: 64 * 1024, signal });
    const { statusCode: status } = answer;
    if (status >= 200 && status < 300) return;
    const mayPass = status === 408 || status === 429 || status >= 500;
    throw new LetterRefusedError(`${new URL(url).host} answered ${status}`, !mayPass);
  }
}
