import { Inject, Injectable } from '@nestjs/common';
import { isLoopback } from '../../config/loopback.js';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';

/** Under which names people reach the service. */
@Injectable()
export class PublicAddress {
  private readonly publicUrl: URL | null;

  constructor(@Inject(workerConfig.KEY) private readonly settings: WorkerSettings) {
    this.publicUrl = settings.publicUrl === undefined ? null : new URL(settings.publicUrl);
  }

  /** Whether the service can be reached from this machine alone. */
  get isLoopback(): boolean {
    return isLoopback(this.settings.http.host);
  }

  get isSecure(): boolean {
    return this.publicUrl?.protocol === 'https:';
  }

  /** Of the header `Host`: a web page that has a name of its own point here asks for that name. */
  isOurs(host: string | undefined): boolean {
    const asked = URL.parse(`http://${host}`);
    if (host === undefined || asked === null) return false;
    return isLoopback(asked.hostname) || asked.hostname === this.publicUrl?.hostname;
  }

  /** Of the header `Origin`, which browsers send along with changes. */
  isOurOrigin(origin: string, host: string | undefined): boolean {
    if (origin === this.publicUrl?.origin) return true;
    const page = URL.parse(origin);
    return page !== null && page.host === host && isLoopback(page.hostname);
  }
}
