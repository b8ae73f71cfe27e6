import type { INestApplication } from '@nestjs/common';
import { SECOND } from '../time/duration.js';
import type { WorkerSettings } from '../config/settings.js';
import { MAX_TIMER_MS } from '../time/longest-timer.js';
import type { WorkerEvents } from '../runs/worker-events.js';
import type { WorkerLifecycle } from '../worker/worker-lifecycle.js';
import { ListenAddressUnavailableError } from './listen-address-unavailable.error.js';

/** How long ledger and connections may take to close after the drain before the process ends. */
const CLOSING_TIME_MS = 0.5 * SECOND;

/** The worker and its HTTP endpoints as one process: the order of its start and of its stop. */
export class Service {
  private stopping = false;

  constructor(
    private readonly app: INestApplication,
    private readonly worker: WorkerLifecycle,
    private readonly events: WorkerEvents,
    private readonly settings: WorkerSettings,
  ) {}

  /** Answers health probes first, so that a slow start can be told from a dead process. */
  async start(): Promise<void> {
    const url = await this.listen();
    try {
      await this.worker.start(url);
    } catch (error) {
      // A start that a stop overtook may stumble over what the stop has closed.
      if (!this.stopping) throw error;
    }
  }

  /** Ends the process with 0 within `SHUTDOWN_TIMEOUT` + 1 s. Answers probes until the end. */
  async stop(): Promise<void> {
    this.stopping = true;
    setTimeout(() => this.giveUp(), Math.min(this.settings.shutdownTimeout + CLOSING_TIME_MS, MAX_TIMER_MS));
    try {
      await this.worker.stop();
      await this.app.close();
    } catch (error) {
      this.events.emit('service.stop_failed', { error });
    }
    process.exit(0);
  }

  private async listen(): Promise<string> {
    const { host, port } = this.settings.http;
    try {
      await this.app.listen(port, host);
    } catch (error) {
      throw new ListenAddressUnavailableError(host, port, error);
    }
    const url = await this.app.getUrl();
    this.events.emit('service.listening', { url });
    return url;
  }

  private giveUp(): void {
    this.events.emit('service.stop_timed_out', {});
    process.exit(0);
  }
}
