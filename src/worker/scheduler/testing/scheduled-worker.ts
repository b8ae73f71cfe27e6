import { jest } from '@jest/globals';
import { loadSettings } from '../../../config/load-settings.js';
import { parseSchedule } from '../../schedules/schedule.parser.js';
import type { BaseTask } from '../../authoring/base.task.js';
import { Clock } from '../../../time/clock.js';
import type { WorkerEventName } from '../../../runs/worker-event-map.js';
import { WorkerEvents } from '../../../runs/worker-events.js';
import type { RegisteredTask } from '../../registry/registered-task.js';
import type { RunClaim } from '../../../ledger/run-ledger.js';
import {
  type Adoption,
  type ReplacedSchedule,
  type ScheduleEntry,
  ScheduleLedger,
} from '../../../ledger/schedule-ledger.js';
import type { RunHistory, TaskOverview } from '../../../ledger/run-history.js';
import type { Run } from '../../../runs/run.js';
import type { TaskRegistry } from '../../registry/task-registry.js';
import { TaskScheduler } from '../task-scheduler.js';
import { UpstreamGate } from '../upstream-gate.js';
import { aRun } from '../../testing/task-context.fake.js';
import { describeClaim, RecordingEngine } from './recording-engine.js';

/** What the ledger knows of a schedule, and whether it is another one than that of the task now. */
interface KnownSchedule {
  readonly after: Date;
  readonly replaced: { readonly schedule: string; readonly timezone: string } | null;
}

class RememberingScheduleLedger extends ScheduleLedger {
  entries: readonly ScheduleEntry[] = [];
  gate: Promise<void> | null = null;
  private readonly claims: RunClaim[] = [];

  constructor(private readonly known: Readonly<Record<string, KnownSchedule>>) {
    super();
  }

  /** What was claimed for replaced schedules, in the words of `RecordingEngine`. */
  get claimed(): string[] {
    return this.claims.map(describeClaim);
  }

  async adopt(
    entries: readonly ScheduleEntry[],
    now: Date,
    claimMissed: (replaced: ReplacedSchedule) => readonly RunClaim[],
  ): Promise<Adoption> {
    this.entries = entries;
    await this.gate;
    const lookFrom = new Map(entries.map(({ task }) => [task, this.adoptOne(task, now, claimMissed)]));
    return { lookFrom, missed: this.claims.map(({ task, slot }) => aRun({ task, slot, status: 'missed' })) };
  }

  private adoptOne(task: string, now: Date, claimMissed: (replaced: ReplacedSchedule) => readonly RunClaim[]): Date {
    const { after, replaced } = this.known[task] ?? since(now);
    if (!replaced) return after;
    this.claims.push(...claimMissed({ task, ...replaced, after }));
    return now;
  }
}

/** What it is told of the tasks' last runs, and of slots that were skipped. */
class MemoryOfRuns {
  readonly overviews = new Map<string, TaskOverview>();
  skipped: readonly Run[] = [];

  async list(): Promise<readonly Run[]> {
    return this.skipped;
  }

  async overview(): Promise<ReadonlyMap<string, TaskOverview>> {
    return this.overviews;
  }
}

export function aRegisteredTask(name: string, schedule: string, changes: Partial<RegisteredTask> = {}): RegisteredTask {
  return {
    ...{ task: {} as BaseTask, name, timeout: 60_000, manualOnly: false, overlap: 'skip', catchUp: 'latest' },
    ...{ delay: 0, concurrency: Infinity, ownSettings: [] },
    schedule: parseSchedule(schedule, 'UTC'),
    ...changes,
  };
}

export interface ScheduledWorker {
  readonly tasks: readonly RegisteredTask[];
  /** What the ledger knows of the schedules, by task; a task that is not here is new. */
  readonly known?: Readonly<Record<string, KnownSchedule>>;
  readonly runOnStart?: boolean;
}

function aScheduledWorker({ tasks, known = {}, runOnStart = false }: ScheduledWorker, events: WorkerEvents) {
  const registry = { all: () => tasks, find: (name: string) => tasks.find((task) => task.name === name) };
  const engine = new RecordingEngine();
  const schedules = new RememberingScheduleLedger(known);
  const settings = { ...loadSettings({ DATA_API_URL: 'http://data-api.test' }), runOnStart };
  const registered = registry as unknown as TaskRegistry;
  const history = new MemoryOfRuns();
  const gate = new UpstreamGate(registered, engine, history as unknown as RunHistory, events, settings);
  const scheduler = new TaskScheduler(registered, engine, schedules, new Clock(), events, gate, settings);
  return { scheduler, engine, schedules, events, history };
}

const REPORTED = [
  'scheduler.armed',
  'scheduler.blocked',
  'scheduler.unblocked',
  'scheduler.clock_set_back',
  'slot.missed',
] as const satisfies readonly WorkerEventName[];

/** Collects what the scheduler tells, as pairs of name and event. */
function captureEvents(events: WorkerEvents): [WorkerEventName, unknown][] {
  const told: [WorkerEventName, unknown][] = [];
  for (const name of REPORTED) events.on(name, (event) => told.push([name, event]));
  return told;
}

export type StartedWorker = ReturnType<typeof aScheduledWorker>;

export const NOON = new Date('2026-11-23T12:00:00Z');
export const noonPlus = (milliseconds: number) => new Date(NOON.getTime() + milliseconds);
export const since = (after: Date): KnownSchedule => ({ after, replaced: null });

/** Each test begins at noon with fake timers; a stopped scheduler must leave none of them. */
export function useScheduledWorker() {
  const scene = {
    told: [] as [WorkerEventName, unknown][],
    worker: undefined as StartedWorker | undefined,
    prepare(scheduled: ScheduledWorker): StartedWorker {
      const events = new WorkerEvents();
      scene.told = captureEvents(events);
      scene.worker = aScheduledWorker(scheduled, events);
      return scene.worker;
    },
    async start(scheduled: ScheduledWorker): Promise<StartedWorker> {
      const worker = scene.prepare(scheduled);
      await worker.scheduler.start();
      return worker;
    },
  };
  beforeEach(() => {
    jest.useFakeTimers({ now: NOON });
  });
  afterEach(() => {
    scene.worker?.scheduler.stop();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
  return scene;
}

/** Time that passes, with all the timers that fire in it. */
export const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

/** Time that passes while the process can do nothing: the clock goes on, no timer fires. */
export function standStill(milliseconds: number): void {
  jest.setSystemTime(Date.now() + milliseconds);
}

/** Somebody sets the clock. */
export function moveClock(milliseconds: number): void {
  jest.setSystemTime(Date.now() + milliseconds);
}
