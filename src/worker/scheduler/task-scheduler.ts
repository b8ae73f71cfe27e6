import { Inject, Injectable, Optional } from '@nestjs/common';
import { MINUTE, SECOND } from '../../time/duration.js';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { Clock, WallClockWatch } from '../../time/clock.js';
import { EngineNotAcceptingError } from '../../runs/errors.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { Lease, UnsharedLease } from '../../ledger/lease.js';
import { ScheduleLedger } from '../../ledger/schedule-ledger.js';
import { TaskEngine } from '../task-engine.js';
import { TaskRegistry } from '../registry/task-registry.js';
import { ArmedTasks, ON_TIME_WITHIN_MS } from './armed-tasks.js';
import { armTasks } from './arm-tasks.js';
import { startRuns } from './start-runs.js';
import { UpstreamGate } from './upstream-gate.js';

/** A moved clock or a machine that was suspended is noticed after this time at the latest. */
const MAX_REST_MS = MINUTE;
const RETRY_AFTER_FAILURE_MS = SECOND;

/** Signs of life: a healthy scheduler looks at the clock at least every 60 s. */
export interface Heartbeat {
  readonly lastBeatAt: Date;
}

/**
 * Notices which slots are due and claims their runs. The timer is a hint only: what is due follows
 * from the clock, the schedules and how far they have been dealt with, and the ledger has the last
 * word on which slot has its run.
 */
@Injectable()
export class TaskScheduler {
  private readonly watch: WallClockWatch;
  private armed: ArmedTasks;
  private startRunsPending: boolean;
  private blocked = false;
  private running = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly registry: TaskRegistry,
    private readonly engine: TaskEngine,
    private readonly schedules: ScheduleLedger,
    private readonly clock: Clock,
    private readonly events: WorkerEvents,
    private readonly gate: UpstreamGate,
    @Inject(workerConfig.KEY) settings: WorkerSettings,
    @Optional() private readonly lease: Lease = new UnsharedLease(),
  ) {
    this.watch = new WallClockWatch(clock);
    this.armed = new ArmedTasks([], engine);
    this.startRunsPending = settings.runOnStart;
    events.on('upstream.closed', () => this.lookNow());
  }

  get heartbeat(): Heartbeat {
    return this.watch;
  }

  /**
   * Claims what was missed, and from then on what comes due, until `stop`. The engine has to
   * accept. Rejects with a `LedgerUnavailableError` when it cannot be found out what was missed.
   */
  async start(): Promise<void> {
    this.running = true;
    const now = this.clock.now();
    const awakeSince = this.lease.services > 1 ? new Date(now.getTime() - ON_TIME_WITHIN_MS) : now;
    const armed = await armTasks(this.registry.all(), this.schedules, this.events, now, awakeSince);
    this.armed = new ArmedTasks(armed, this.engine);
    await this.gate.restore(this.clock.now());
    await this.beat();
    this.reportArmed();
  }

  /** Claims nothing from now on; what is being recorded may still finish. */
  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
  }

  private async beat(): Promise<void> {
    this.timer = undefined;
    if (!this.running) return;
    const recorded = await this.claimDue(this.look());
    if (this.running) this.rest(recorded);
  }

  private look(): number {
    const { now, setBackTo, setBackByMs } = this.watch.look();
    if (setBackTo !== null) {
      for (const task of this.armed.all) task.rewind(setBackTo);
      this.events.emit('scheduler.clock_set_back', { byMs: setBackByMs });
    }
    return now;
  }

  /** Claims all that is due in one commit; false when that failed and has to be tried again. */
  private async claimDue(now: number): Promise<boolean> {
    try {
      const { tasks, until } = this.armed.due(now);
      const claims = tasks.flatMap((task) => task.claims(until));
      if (this.startRunsPending) claims.push(...startRuns(this.armed.all, claims));
      const { gate } = this;
      const heeded = gate.isIdle ? claims : await gate.heed(claims, now);
      if (heeded.length > 0) await this.engine.submit(heeded, { delayMs: until - now });
      if (!gate.isIdle) gate.recorded(heeded, now);
      for (const task of tasks) task.advance(until);
    } catch (error) {
      // A drain began in between: the slots are for the next start.
      if (!(error instanceof EngineNotAcceptingError)) this.reportBlocked(error);
      return false;
    }
    this.startRunsPending = false;
    this.reportUnblocked();
    return true;
  }

  /** Unless it is at it: then it rests no longer than it takes to see the change. */
  private lookNow(): void {
    if (!this.running || !this.timer) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.beat(), 0);
  }

  /** The timer keeps the process alive: a worker that waits for its next slot has not finished. */
  private rest(recorded: boolean): void {
    const now = this.clock.now().getTime();
    const untilNext = this.gate.hasRecovered ? 0 : Math.max(this.armed.nextLook(now) - now, 0);
    const pause = recorded ? Math.min(untilNext, MAX_REST_MS) : RETRY_AFTER_FAILURE_MS;
    this.timer = setTimeout(() => void this.beat(), pause);
  }

  private reportArmed(): void {
    const tasks = this.armed.all
      .toSorted((a, b) => a.dueAt - b.dueAt)
      .map(({ task, text, dueAt }) => ({
        name: task.name,
        schedule: text,
        next: Number.isFinite(dueAt) ? new Date(dueAt) : null,
      }));
    this.events.emit('scheduler.armed', { tasks });
  }

  private reportBlocked(error: unknown): void {
    if (!this.blocked) this.events.emit('scheduler.blocked', { error });
    this.blocked = true;
  }

  private reportUnblocked(): void {
    if (this.blocked) this.events.emit('scheduler.unblocked', {});
    this.blocked = false;
  }
}
