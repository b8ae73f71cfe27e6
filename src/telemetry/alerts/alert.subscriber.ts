import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { AlertLedger, type StoredAlert, type Untold } from '../../ledger/alert-ledger.js';
import { LedgerConnection } from '../../ledger/ledger-connection.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { Clock } from '../../time/clock.js';
import { MINUTE, SECOND } from '../../time/duration.js';
import { TaskRegistry } from '../../worker/registry/task-registry.js';
import { LetterRefusedError, OutboundPost } from '../outbound/outbound-post.js';
import { AlertJudge } from './alert-judge.js';
import { AlertMessages, type AlertNews } from './alert-message.js';
import type { AlertRule, Judgement } from './alert-rules.js';

const LOOK_EVERY_MS = MINUTE;
/** After the end of a run: runs that end together are looked at together. */
const LOOK_SOON_MS = SECOND;
/** A look reads much where there are many tasks: it rests this many times as long as it took. */
const REST_PER_LOOK = 10;

/**
 * Tells `ALERT_WEBHOOK_URL` what somebody has to know: once when it begins, once when it ends. What
 * holds is found out from the ledger at each look, and what was told of it is kept there, so that a
 * restart changes nothing. Only for the service: commands leave it to the service to notice.
 */
@Injectable()
export class AlertSubscriber implements OnApplicationShutdown {
  private readonly messages: AlertMessages;
  private readonly url: string | undefined;
  /** Tasks with runs that have ended since the last look. */
  private toJudge = new Set<string>();
  /** The ledger cannot hold its own alert. */
  private ledgerDown: { readonly since: Date; readonly problem: string; told: boolean } | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** When the timer fires, by the monotonic clock. */
  private dueAt = Infinity;
  private soonMs = LOOK_SOON_MS;
  private looking: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private failing = false;

  constructor(
    private readonly events: WorkerEvents,
    private readonly ledger: AlertLedger,
    private readonly connection: LedgerConnection,
    private readonly judge: AlertJudge,
    private readonly registry: TaskRegistry,
    private readonly post: OutboundPost,
    private readonly clock: Clock,
    @Inject(workerConfig.KEY) settings: WorkerSettings,
  ) {
    this.messages = new AlertMessages(settings);
    this.url = settings.alerts.webhookUrl;
    if (this.url === undefined) return;
    events.on('worker.started', () => this.begin());
    events.on('worker.draining', () => this.stop());
    events.on('run.finished', ({ run }) => this.ended(run.task));
    events.on('scheduler.blocked', () => this.lookIn(0));
    events.on('run.blocked', () => this.lookIn(0));
  }

  /** Judges what has changed and tells the news. Never rejects. */
  async look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => (this.looking = undefined));
    return this.looking;
  }

  async onApplicationShutdown(): Promise<void> {
    this.stop();
    await this.looking;
  }

  private begin(): void {
    for (const { name } of this.registry.all()) this.toJudge.add(name);
    this.lookIn(LOOK_SOON_MS);
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.stopping.abort();
  }

  private ended(task: string): void {
    this.toJudge.add(task);
    if (this.timer) this.lookIn(this.soonMs);
  }

  /** Or before, if that is due already: runs that end all the time put no look off. */
  private lookIn(milliseconds: number): void {
    const dueAt = performance.now() + milliseconds;
    if (this.stopping.signal.aborted || dueAt >= this.dueAt) return;
    clearTimeout(this.timer);
    this.dueAt = dueAt;
    this.timer = setTimeout(() => void this.lookAndRest(), milliseconds).unref();
  }

  private async lookAndRest(): Promise<void> {
    this.dueAt = Infinity;
    const begun = performance.now();
    // What ends meanwhile waits for the rest, too.
    this.soonMs = LOOK_EVERY_MS;
    await this.look();
    this.soonMs = Math.min(LOOK_EVERY_MS, Math.max(LOOK_SOON_MS, REST_PER_LOOK * (performance.now() - begun)));
    const more = this.toJudge.size > 0 && !this.failing && !this.ledgerDown;
    this.lookIn(more ? this.soonMs : LOOK_EVERY_MS);
  }

  private async lookOnce(): Promise<void> {
    try {
      if (await this.judgeLedger()) {
        await this.apply();
        await this.tell();
      }
      this.failing = false;
    } catch (error) {
      if (!this.failing && !this.stopping.signal.aborted) this.events.emit('alert.failed', { error });
      this.failing = true;
    }
  }

  /** What cannot be judged now is judged with the next look. */
  private async apply(): Promise<void> {
    const tasks = [...this.toJudge].filter((task) => this.registry.find(task));
    this.toJudge = new Set();
    try {
      const active = await this.ledger.active();
      const byKey = new Map(active.map((alert) => [keyOf(alert), alert]));
      for (const judgement of [...(await this.judge.runs(tasks)), ...(await this.judge.states(active))]) {
        await this.settle(judgement, byKey.get(keyOf(judgement)));
      }
    } catch (error) {
      for (const task of tasks) this.toJudge.add(task);
      throw error;
    }
  }

  private async settle({ rule, subject, condition }: Judgement, active: StoredAlert | undefined): Promise<void> {
    if (condition && !active) {
      const { since, ...details } = condition;
      await this.ledger.begin({ rule, subject, beganAt: since, details });
    }
    if (!condition && active) {
      await this.ledger.end(active.id, this.clock.now(), active.details);
    }
  }

  /** Whether the ledger can be written. Its alert is told until somebody takes it. */
  private async judgeLedger(): Promise<boolean> {
    const { writable, problem } = await this.connection.check();
    if (!writable) {
      this.ledgerDown ??= { since: this.clock.now(), problem: problem ?? 'unknown', told: false };
      if (!this.ledgerDown.told) await this.send(this.ledgerNews(this.ledgerDown, null));
      this.ledgerDown.told = true;
    } else if (this.ledgerDown) {
      if (this.ledgerDown.told) await this.send(this.ledgerNews(this.ledgerDown, this.clock.now()));
      this.ledgerDown = undefined;
    }
    return writable;
  }

  private ledgerNews({ since, problem }: { since: Date; problem: string }, until: Date | null): AlertNews {
    const details = { what: `The ledger cannot be written: ${problem}`, run: null, lastSuccessAt: null };
    return newsOf('ledger', null, { ...details, command: 'worker list' }, since, until);
  }

  private async tell(): Promise<void> {
    for (let untold = await this.take(); untold; untold = await this.take()) {
      await this.send(toNews(untold));
      await this.ledger.told(untold);
    }
  }

  private take(): Promise<Untold | null> {
    return this.ledger.takeUntold(this.clock.now());
  }

  /** Resolves when the message was taken, or will never be. */
  private async send(news: AlertNews): Promise<void> {
    try {
      await this.post.send(this.messages.letter(this.url!, news), this.stopping.signal);
    } catch (error) {
      if (!(error instanceof LetterRefusedError && error.final)) throw error;
      this.events.emit('alert.failed', { error });
    }
  }
}

function keyOf({ rule, subject }: { readonly rule: string; readonly subject: string }): string {
  return `${rule} ${subject}`;
}

function toNews({ alert, news }: Untold): AlertNews {
  const details = alert.details as AlertNews['details'];
  return newsOf(alert.rule as AlertRule, alert.subject, details, alert.beganAt, news === 'end' ? alert.endedAt : null);
}

function newsOf(
  rule: AlertRule,
  task: string | null,
  details: AlertNews['details'],
  since: Date,
  until: Date | null,
): AlertNews {
  return { status: until ? 'resolved' : 'firing', rule, task, details, since, until };
}
