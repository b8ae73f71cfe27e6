import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { CommandLedger } from '../../ledger/command-ledger.js';
import { RunHistory } from '../../ledger/run-history.js';
import type { Run } from '../../runs/run.js';
import type { WorkerEventMap, WorkerEventName } from '../../runs/worker-event-map.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { Clock } from '../../time/clock.js';
import { HOUR, SECOND } from '../../time/duration.js';
import { runJson } from '../run-json.js';
import { runsChangedSince } from './recorded-runs.js';
import { RunFollower } from './run-follower.js';

/** One thing that happened, as a stream tells it. */
export interface FeedEvent {
  /** A stream that was cut goes on after it, by this process or by another on the ledger. */
  readonly id: string;
  readonly type: 'run' | 'progress' | 'task' | 'upstream' | 'worker';
  readonly data: unknown;
}

type Listener = (event: FeedEvent) => void;

/** What a stream that was cut can still be told of. */
const MAX_KEPT_EVENTS = 1_000;
/** Between two reports of the progress of one run. */
const MIN_PROGRESS_MS = 500;
/** How long ago an event of another process may be for a stream to go on after it. */
const MAX_RESUMED_MS = HOUR;
/** Another process's clock may be as far ahead. */
const MAX_CLOCK_OFF_MS = 10 * SECOND;

/**
 * What happens in this process, and to the runs of others on the ledger, for those who look on. The
 * last events are kept, so that a stream that was cut goes on where it was; one that comes from
 * another process goes on by what the ledger has recorded since. Progress, and what other processes
 * write, are followed only while anybody looks on.
 */
@Injectable()
export class EventFeed implements OnModuleDestroy {
  private readonly kept: FeedEvent[] = [];
  private readonly listeners = new Set<Listener>();
  private readonly process = randomUUID().slice(0, 8);
  private readonly follower: RunFollower;
  private count = 0;
  private lastId: string;
  private stopFollowing: (() => void) | undefined;

  constructor(
    private readonly events: WorkerEvents,
    private readonly commands: CommandLedger,
    private readonly history: RunHistory,
    private readonly clock: Clock,
  ) {
    this.follower = new RunFollower(history);
    this.lastId = this.nextId();
    const tellRun = ({ run }: { readonly run: Run }) => {
      this.follower.note(run);
      this.tell('run', runJson(run));
    };
    for (const name of ['run.started', 'run.finished', 'run.resumed', 'slot.skipped', 'slot.missed'] as const) {
      events.on(name, tellRun);
    }
    for (const name of ['upstream.paused', 'upstream.opened', 'upstream.closed'] as const) this.relay('upstream', name);
    for (const name of ['worker.started', 'worker.draining', 'scheduler.armed'] as const) this.relay('worker', name);
  }

  /**
   * Tells of what comes; where `after` is the id of an event, first of what came after it. Returns
   * the function that ends it.
   */
  listen(listener: Listener, after?: string): () => void {
    let waiting: FeedEvent[] | undefined = after === undefined ? undefined : [];
    const hear = (event: FeedEvent) => (waiting ? waiting.push(event) : listener(event));
    this.listeners.add(hear);
    this.stopFollowing ??= this.follow();
    if (after !== undefined) {
      void this.since(after).then((missed) => {
        if (!this.listeners.has(hear)) return;
        for (const event of [...missed, ...(waiting ?? [])]) listener(event);
        waiting = undefined;
      });
    }
    return () => {
      this.listeners.delete(hear);
      if (this.listeners.size === 0) this.onModuleDestroy();
    };
  }

  private async since(after: string): Promise<readonly FeedEvent[]> {
    if (after === this.lastId) return [];
    const at = this.kept.findIndex(({ id }) => id === after);
    if (at !== -1) return this.kept.slice(at + 1);
    // Where it is too much or too long ago, whoever looks on has to read everything again.
    return (
      (await this.recordedSince(instantOf(after)).catch(() => undefined)) ?? [
        this.newest('worker', { event: 'stream.reset' }),
      ]
    );
  }

  private async recordedSince(instant: number): Promise<readonly FeedEvent[] | undefined> {
    if (!(this.clock.now().getTime() - instant < MAX_RESUMED_MS)) return undefined;
    const changed = await runsChangedSince(this.history, new Date(instant - MAX_CLOCK_OFF_MS));
    const runs = changed?.map((run) => this.newest('run', runJson(run)));
    return runs && [...runs, this.newest('task', { changed: true })];
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
      this.send(this.newest('progress', { id: runId, task, items }));
    });
    const ended = this.events.on('run.finished', ({ run }) => void told.delete(run.id));
    this.follower.forget();
    let mark: number | undefined;
    const look = async () => {
      const before = mark;
      mark = await this.commands.changeMark();
      if (mark === before) return;
      if (before !== undefined) this.tell('task', { changed: true });
      await this.tellOfOthers();
    };
    // A ledger that cannot be read is told by health; the next second tries again.
    const timer = setInterval(() => void look().catch(() => undefined), SECOND);
    timer.unref();
    void look().catch(() => undefined);
    return () => {
      progress();
      ended();
      clearInterval(timer);
    };
  }

  private async tellOfOthers(): Promise<void> {
    for (const { run, isProgress } of await this.follower.look(this.clock.now())) {
      const { id, task, items } = run;
      if (isProgress) this.send(this.newest('progress', { id, task, items }));
      else this.tell('run', runJson(run));
    }
  }

  private relay(type: FeedEvent['type'], name: WorkerEventName): void {
    this.events.on(name, (event: WorkerEventMap[WorkerEventName]) => this.tell(type, { event: name, ...event }));
  }

  private tell(type: FeedEvent['type'], data: unknown): void {
    this.count += 1;
    this.lastId = this.nextId();
    const event = this.newest(type, data);
    this.kept.push(event);
    if (this.kept.length > MAX_KEPT_EVENTS) this.kept.shift();
    this.send(event);
  }

  private send(event: FeedEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  /** What a resumed stream can do without: it goes on after the last event that it needs. */
  private newest(type: FeedEvent['type'], data: unknown): FeedEvent {
    return { id: this.lastId, type, data };
  }

  /** Says when, for a process that does not know it. */
  private nextId(): string {
    return `${this.clock.now().getTime().toString(36)}-${this.process}-${this.count}`;
  }
}

/** NaN for an id that no process has given. */
function instantOf(id: string): number {
  return Number.parseInt(id.slice(0, id.indexOf('-')), 36);
}
