import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { maskSecrets } from '../../config/secret-mask.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { SECOND } from '../../time/duration.js';
import { OutboundPost } from '../outbound/outbound-post.js';
import { Outbox, type Posting } from '../outbound/outbox.js';
import { endPing, startPing } from './ping-letter.js';

/** What pings may add to the time that a stop takes. */
const MAX_CLOSING_MS = 2 * SECOND;

/**
 * Dead-man's switch: tells `TASK_<NAME>_PING_URL` of each run of the task, so that somebody outside
 * notices when nothing comes. A ping that fails harms no run.
 */
@Injectable()
export class PingSubscriber implements OnApplicationShutdown {
  /** By task, for those that have an address. */
  private readonly outboxes = new Map<string, { readonly url: string; readonly outbox: Outbox }>();

  constructor(
    private readonly events: WorkerEvents,
    private readonly post: OutboundPost,
    @Inject(workerConfig.KEY) settings: WorkerSettings,
  ) {
    for (const [name, { pingUrl }] of settings.taskOverrides)
      if (pingUrl !== undefined) this.watch(name.toLowerCase(), pingUrl);
    if (this.outboxes.size === 0) return;
    events.on('run.started', ({ run }) => {
      if (run.attempt === 1) this.ping(run.task, (url) => startPing(url, run));
    });
    events.on('run.finished', ({ run, status }) => this.ping(run.task, (url) => endPing(url, run, status)));
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.outboxes.values()].map(({ outbox }) => outbox.close(MAX_CLOSING_MS)));
  }

  private watch(task: string, url: string): void {
    const send = this.post.send.bind(this.post);
    const outbox = new Outbox(send, (error) => this.events.emit('ping.failed', { task, error }));
    this.outboxes.set(task, { url, outbox });
  }

  private ping(task: string, make: (url: string) => Posting | undefined): void {
    const target = this.outboxes.get(task);
    const letter = target && make(target.url);
    if (letter) target.outbox.post({ ...letter, body: maskSecrets(letter.body) });
  }
}
