import { Inject, Injectable } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';

/** Where the Data API is, and what every request to it carries. */
@Injectable()
export class DataApiAddress {
  readonly origin: string;
  /** The path of the base URL, without a trailing slash. */
  readonly prefix: string;
  /** The token is among them: for requests to `origin` only. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(@Inject(workerConfig.KEY) { dataApi }: WorkerSettings) {
    const url = new URL(dataApi.url);
    this.origin = url.origin;
    this.prefix = url.pathname.replace(/\/+$/, '');
    this.headers = {
      accept: 'application/json',
      'user-agent': 'task-worker',
      ...(dataApi.token !== undefined && { authorization: `Bearer ${dataApi.token}` }),
    };
  }
}
