import { Inject, Injectable, type OnApplicationShutdown, Optional } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { Lease } from '../../ledger/lease.js';
import { type ShareOccasion, UpstreamShares } from '../../ledger/upstream-shares.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { SECOND } from '../../time/duration.js';
import { UpstreamPolicies } from './upstream-policy.js';

const EXCHANGE_EVERY_MS = SECOND;

/**
 * Keeps the limits of upstreams over all replicas: says every second, and at once what cannot wait,
 * what this process makes of them, and takes its share. Where there is one process it does nothing.
 */
@Injectable()
export class SharedUpstreams implements OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private exchanging = false;
  private next: ShareOccasion | undefined;
  private hasFailed = false;
  /** Counts the losses of the lease: what was granted before is others'. */
  private losses = 0;

  constructor(
    private readonly policies: UpstreamPolicies,
    private readonly events: WorkerEvents,
    @Inject(workerConfig.KEY) private readonly settings: WorkerSettings,
    @Optional() private readonly lease: Lease | null = null,
    @Optional() @Inject(UpstreamShares) private readonly shares: UpstreamShares | null = null,
  ) {
    if (!shares) return;
    policies.askForExchange = (occasion) => this.ask(occasion);
    shares.onTold(() => this.ask('told'));
    lease?.onLost(() => this.lose());
    events.on('worker.started', () => this.begin());
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.next = undefined;
  }

  /** What others meet before this process has sent anything concerns it, too. */
  private begin(): void {
    for (const { url } of [this.settings.dataApi, ...this.settings.apis]) this.policies.of(new URL(url).origin);
    this.ask('routine');
  }

  private lose(): void {
    this.losses++;
    for (const { sharing } of this.policies.all()) sharing?.lose();
  }

  /** One exchange at a time; what is asked for meanwhile comes next, the most urgent of it. */
  private ask(occasion: ShareOccasion): void {
    this.timer ??= setInterval(() => this.ask('routine'), EXCHANGE_EVERY_MS).unref();
    if (this.next !== 'news') this.next = this.next === 'routine' ? 'routine' : occasion;
    if (!this.exchanging) void this.exchangeAll(this.shares!);
  }

  private async exchangeAll(shares: UpstreamShares): Promise<void> {
    this.exchanging = true;
    for (let occasion = this.next; occasion; occasion = this.next) {
      this.next = undefined;
      try {
        await this.exchange(shares, occasion);
        this.hasFailed = false;
      } catch (error) {
        this.next ??= occasion;
        this.tell(error);
        break;
      }
    }
    this.exchanging = false;
  }

  private async exchange(shares: UpstreamShares, occasion: ShareOccasion): Promise<void> {
    const { losses } = this;
    const uses = this.policies.all().flatMap(({ sharing }) => sharing?.use ?? []);
    const answers = await shares.exchange(uses, occasion);
    if (losses !== this.losses) return;
    const haveShrunk = answers.map((answer) => this.policies.of(answer.upstream).sharing?.take(answer));
    if (haveShrunk.includes(true)) this.next ??= 'routine';
  }

  /** Without a lease nothing is sent, and others say why. */
  private tell(error: unknown): void {
    if (this.hasFailed || this.lease?.isHeld === false) return;
    this.hasFailed = true;
    this.events.emit('upstream.sharing_failed', { error });
  }
}
