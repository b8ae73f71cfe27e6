import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { CommandLedger } from '../../ledger/command-ledger.js';
import type { Run } from '../../runs/run.js';
import type { WorkerEventMap, WorkerEventName } from '../../runs/worker-event-map.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { Clock } from '../../time/clock.js';
import { SECOND } from '../../time/duration.js';
import { runJson } from '../run-json.js';

/** One thing that happened, as a stream tells it. */
export interface FeedEvent {
  /** Names the process and counts up; null for what a resumed stream can do without. */
  readonly id: string | null;
  readonly type: 'run' | 'progress' | 'task' | 'upstream' | 'worker';
  readonly data: unknown;
}

type Listener = (event: FeedEvent) => void;

/** What a stream that was cut can still be told of. */
const MAX_KEPT_EVENTS = 1_000;
/** Between two reports of the progress of one run. */
const MIN_PROGRESS_MS = 500;

/**
 * What happens in the worker, for those who look on. The last events are kept, so that a stream
 * that was cut goes on where it was. Progress, and what other processes write, are followed only
 * while anybody looks on.
 */
@Injectable()
export class EventFeed implements OnModuleDestroy {
  private readonly kept: FeedEvent[] = [];
  private readonly listeners = new Set<Listener>();
  private readonly process: string;
  private count = 0;
  private stopFollowing: (() => void) | undefined;

  constructor(
    private readonly events: WorkerEvents,
    private readonly commands: CommandLedger,
    private readonly clock: Clock,
  ) {
    this.process = clock.now().getTime().toString(36);
    const tellRun = ({ run }: { readonly run: Run }) => this.tell('run', runJson(run));
    for (const name of ['run.started', 'run.finished', 'run.resumed', 'slot.skipped', 'slot.missed'] as const) {
      events.on(name, tellRun);
    }
    for (const name of ['upstream.paused', 'upstream.opened', 'upstream.closed'] as const) this.relay('upstream', name);
    for (const name of ['worker.started', 'worker.draining', 'scheduler.armed'] as const) this.relay('worker', name);
  }

  /**
   * `after`: the id of the last event that was seen; what came since is answered. Undefined: it is
   * too long ago, or another process's; whoever looks on has to read everything again.
   */
  since(after: string): readonly FeedEvent[] | undefined {
    if (after === this.idOf(this.count)) return [];
    const at = this.kept.findIndex(({ id }) => id === after);
    return at === -1 ? undefined : this.kept.slice(at + 1);
  }

  /** Returns the function that ends the subscription. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    this.stopFollowing ??= this.follow();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.onModuleDestroy();
    };
  }

  onModuleDestroy(): void {
    this.stopFollowing?.();
    this.stopFollowing = undefined;
  }

  private follow(): () => void {
    const told = new Map<string, number>();
    const progress = this.events.on('run.progressed', ({ runId, task, items }) => {
      const now = this.clock.now().getTime();
      if (now - (told.get(runId) ?? 0) < MIN_PROGRESS_MS) return;
      told.set(runId, now);
      this.send({ id: null, type: 'progress', data: { id: runId, task, items } });
    });
    const ended = this.events.on('run.finished', ({ run }) => void told.delete(run.id));
    let mark: number | undefined;
    const timer = setInterval(() => {
      this.commands.changeMark().then(
        (now) => {
          if (mark !== undefined && now !== mark) this.tell('task', { changed: true });
          mark = now;
        },
        // A ledger that cannot be read is told by health; the next second tries again.
        () => undefined,
      );
    }, SECOND);
    timer.unref();
    return () => {
      progress();
      ended();
      clearInterval(timer);
    };
  }

  private relay(type: FeedEvent['type'], name: WorkerEventName): void {
    this.events.on(name, (event: WorkerEventMap[WorkerEventName]) => this.tell(type, { event: name, ...event }));
  }

  private tell(type: FeedEvent['type'], data: unknown): void {
    this.count += 1;
    const event = { id: this.idOf(this.count), type, data };
    this.kept.push(event);
    if (this.kept.length > MAX_KEPT_EVENTS) this.kept.shift();
    this.send(event);
  }

  private send(event: FeedEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  private idOf(count: number): string {
    return `${this.process}-${count}`;
  }
}
