import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { loadSettings } from '../../../config/load-settings.js';
import { parseSchedule } from '../../schedules/schedule.parser.js';
import { aRun } from '../../testing/task-context.fake.js';
import type { BaseTask } from '../../base.task.js';
import { Clock } from '../../clock.js';
import type { RegisteredTask } from '../../registered-task.js';
import type { RunClaim } from '../../run-ledger.js';
import { type KnownSchedule, type ScheduleEntry, ScheduleLedger } from '../../schedule-ledger.js';
import { type EnginePhase, type Submission, TaskEngine } from '../../task-engine.js';
import type { TaskRegistry } from '../../task-registry.js';
import { TaskScheduler } from '../../task-scheduler.js';

/** Claims nothing twice for one slot, as the real one does, and keeps what it was asked for. */
export class RecordingEngine extends TaskEngine {
  phase: EnginePhase = 'accepting';
  failure: Error | null = null;
  /** Set: a submission stays in flight until this resolves. */
  gate: Promise<void> | null = null;
  attempts = 0;
  readonly batches: RunClaim[][] = [];
  private readonly slots = new Set<string>();

  async submit(claims: readonly RunClaim[]): Promise<readonly (Submission | null)[]> {
    this.attempts += 1;
    await this.gate;
    if (this.failure) throw this.failure;
    const fresh = claims.filter((claim) => this.isFresh(claim));
    this.batches.push(fresh);
    return claims.map((claim) => (fresh.includes(claim) ? submission() : null));
  }

  /** What was claimed, in order: `hourly schedule 12:00`, `hourly catch_up 11:00 queue`, `hourly missed 10:00 (why)`. */
  get claimed(): string[] {
    return this.batches.flat().map(describe);
  }

  async start(): Promise<void> {}

  cancel(): boolean {
    return false;
  }

  async drain(): Promise<void> {}

  private isFresh({ task, slot }: RunClaim): boolean {
    if (slot === null) return true;
    const key = `${task}@${slot.getTime()}`;
    const fresh = !this.slots.has(key);
    this.slots.add(key);
    return fresh;
  }
}

function submission(): Submission {
  return { run: aRun(), finished: Promise.resolve(aRun()) };
}

function describe({ task, trigger, slot, at, overlap, record }: RunClaim): string {
  const words = [task, record?.status ?? trigger, slot && time(slot)];
  if (record) return [...words, `(${record.reason})`].join(' ');
  if (at !== null && at.getTime() !== slot?.getTime()) words.push(`at ${time(at)}`);
  if (trigger === 'schedule' && at === null) words.push('at no instant');
  if (overlap === 'queue') words.push('queue');
  return words.filter(Boolean).join(' ');
}

/** As short as it can be said: `12:00`, `12:00:01`, `12:00:01.100`; another day than the first with its date. */
function time(instant: Date): string {
  const [date = '', clock = ''] = instant.toISOString().split('T');
  const short = clock.replace(/(:00)?\.000Z$/, '').replace('Z', '');
  return date === '2026-11-23' ? short : `${date.slice(5)} ${short}`;
}

export class RememberingScheduleLedger extends ScheduleLedger {
  entries: readonly ScheduleEntry[] = [];
  gate: Promise<void> | null = null;

  constructor(private readonly known: Readonly<Record<string, KnownSchedule>>) {
    super();
  }

  async adopt(entries: readonly ScheduleEntry[], now: Date): Promise<ReadonlyMap<string, KnownSchedule>> {
    this.entries = entries;
    await this.gate;
    return new Map(entries.map(({ task }) => [task, this.known[task] ?? { after: now, replaced: null }]));
  }
}

export function aRegisteredTask(name: string, schedule: string, changes: Partial<RegisteredTask> = {}): RegisteredTask {
  return {
    ...{ task: {} as BaseTask, name, timeout: 60_000, overlap: 'skip', catchUp: 'latest' },
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

export function aScheduledWorker({ tasks, known = {}, runOnStart = false }: ScheduledWorker) {
  const registry = { all: () => tasks, find: (name: string) => tasks.find((task) => task.name === name) };
  const engine = new RecordingEngine();
  const schedules = new RememberingScheduleLedger(known);
  const settings = { ...loadSettings({ DATA_API_URL: 'http://data-api.test' }), runOnStart };
  const scheduler = new TaskScheduler(registry as unknown as TaskRegistry, engine, schedules, new Clock(), settings);
  return { scheduler, engine, schedules };
}

/** Collects the lines of the log, each as `level message`. */
export function captureLog(): string[] {
  const lines: string[] = [];
  const write = (level: string) => (message: unknown) => void lines.push(`${level} ${String(message)}`);
  const levels = { log: write('log'), error: write('error'), warn: write('warn'), debug: write('debug') };
  Logger.overrideLogger(levels);
  return lines;
}

/** Time that passes while the process can do nothing: the clock goes on, no timer fires. */
export function standStill(milliseconds: number): void {
  jest.setSystemTime(Date.now() + milliseconds);
}

/** Somebody sets the clock. */
export const moveClock = standStill;
