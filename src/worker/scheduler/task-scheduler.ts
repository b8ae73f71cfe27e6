import { Inject, Injectable, Logger } from '@nestjs/common';
import { MINUTE, SECOND } from '../../time/duration.js';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { Clock } from '../../time/clock.js';
import { EngineNotAcceptingError } from '../../runs/errors.js';
import type { RunClaim } from '../../ledger/run-ledger.js';
import { ScheduleLedger } from '../../ledger/schedule-ledger.js';
import { TaskEngine } from '../task-engine.js';
import { TaskRegistry } from '../registry/task-registry.js';
import { ArmedTask } from './armed-task.js';
import { armTasks } from './arm-tasks.js';
import { describeArmed } from './armed-description.js';
import { WallClockWatch } from './wall-clock-watch.js';
import { startRuns } from './start-runs.js';

/** A moved clock or a machine that was suspended is noticed after this time at the latest. */
const LONGEST_REST = MINUTE;

/** So many tasks with the same slot are claimed this long before it, to begin at it: a thousand claims take 10 ms. */
const MANY = 100;
const AHEAD = 50;

/** Pause before slots that could not be recorded are tried again. */
const PAUSE_AFTER_FAILURE = SECOND;

/** Signs of life: a healthy scheduler looks at the clock at least every 60 s. */
export interface Heartbeat {
  readonly lastBeatAt: Date;
  /** Milliseconds since then, whatever happened to the clock on the wall. */
  readonly age: number;
}

/**
 * Notices which slots are due and claims their runs. The timer is a hint only: what is due follows from the clock, the
 * schedules and how far they have been dealt with, and the ledger has the last word on which slot has its run.
 */
@Injectable()
export class TaskScheduler {
  private readonly logger = new Logger(TaskScheduler.name);
  private readonly watch: WallClockWatch;
  private armed: readonly ArmedTask[] = [];
  private startRunsPending: boolean;
  private recording = true;
  private running = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly registry: TaskRegistry,
    private readonly engine: TaskEngine,
    private readonly schedules: ScheduleLedger,
    private readonly clock: Clock,
    @Inject(workerConfig.KEY) settings: WorkerSettings,
  ) {
    this.watch = new WallClockWatch(clock);
    this.startRunsPending = settings.runOnStart;
  }

  get heartbeat(): Heartbeat {
    return this.watch;
  }

  /** When the task is due next, from now on; null when it has no schedule. */
  nextSlot(task: string): Date | null {
    const slot = this.registry.find(task)?.schedule?.next(this.clock.now().getTime()) ?? null;
    return slot === null ? null : new Date(slot);
  }

  /**
   * Claims what was missed, and from then on what comes due, until `stop`. The engine has to accept. Rejects with a
   * `LedgerUnavailableError` when it cannot be found out what was missed.
   */
  async start(): Promise<void> {
    this.running = true;
    const now = this.clock.now();
    this.armed = await armTasks(this.registry.all(), this.schedules, now);
    await this.beat();
    this.logger.log(describeArmed(this.armed));
  }

  /** Claims nothing from now on; what is being recorded may still finish. */
  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
  }

  private async beat(): Promise<void> {
    if (!this.running) return;
    const now = this.look();
    const next = nextDue(this.armed);
    // Ahead of time there is one instant at most, and nothing that is due already.
    const horizon = next.at <= now + next.lead ? Math.max(now, next.at) : now;
    const recorded = await this.claimDue(now, horizon);
    if (this.running) this.rest(recorded);
  }

  private look(): number {
    const { now, setBackTo } = this.watch.look();
    if (setBackTo !== null) for (const task of this.armed) task.rewind(setBackTo);
    return now;
  }

  /** All that is due up to `horizon` in one commit; false when it could not be recorded and has to be tried again. */
  private async claimDue(now: number, horizon: number): Promise<boolean> {
    try {
      // Whether a task that is active overlaps with its next slot is only known when that comes.
      const due: ArmedTask[] = [];
      const claims: RunClaim[] = [];
      for (const armed of this.armed) {
        if (armed.dueAt > horizon || (armed.dueAt > now && this.engine.isActive(armed.task.name))) continue;
        due.push(armed);
        claims.push(...armed.claims(horizon));
      }
      if (this.startRunsPending) claims.push(...startRuns(this.armed, claims));
      if (claims.length > 0) await this.engine.submit(claims);
      for (const task of due) task.advance(horizon);
    } catch (error) {
      // A drain began in between: the slots are for the next start.
      if (!(error instanceof EngineNotAcceptingError)) this.noteFailure(error);
      return false;
    }
    this.startRunsPending = false;
    this.noteSuccess();
    return true;
  }

  /** The timer keeps the process alive: a worker that is waiting for its next slot has not finished. */
  private rest(recorded: boolean): void {
    const { at, lead } = nextDue(this.armed);
    const time = at - this.clock.now().getTime();
    // Within the lead, what is left was active: it is claimed at its slot.
    const due = time > lead ? time - lead : time;
    const pause = recorded ? Math.min(Math.max(due, 0), LONGEST_REST) : PAUSE_AFTER_FAILURE;
    this.timer = setTimeout(() => void this.beat(), pause);
  }

  private noteFailure(error: unknown): void {
    if (!this.recording) return;
    this.recording = false;
    this.logger.error('Due slots cannot be recorded; they are tried again every second until they are', error);
  }

  private noteSuccess(): void {
    if (this.recording) return;
    this.recording = true;
    this.logger.log('Due slots are recorded again');
  }
}

interface NextDue {
  readonly at: number;
  /** How long before it the tasks that are due then are claimed. */
  readonly lead: number;
}

function nextDue(armed: readonly ArmedTask[]): NextDue {
  let at = Infinity;
  let tasks = 0;
  for (const { dueAt } of armed) {
    if (dueAt > at) continue;
    tasks = dueAt < at ? 1 : tasks + 1;
    at = dueAt;
  }
  return { at, lead: tasks < MANY ? 0 : AHEAD };
}
