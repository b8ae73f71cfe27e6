import { Injectable } from '@nestjs/common';
import { CommandLedger } from '../ledger/command-ledger.js';
import { covers, type Pause } from '../ledger/pause.js';
import { RunHistory, type TaskOverview } from '../ledger/run-history.js';
import { Clock } from '../time/clock.js';
import type { ShownSetting } from '../worker/authoring/task-settings.js';
import type { KnownTask } from '../worker/registry/registered-task.js';
import { TaskCatalogue } from '../worker/registry/task-catalogue.js';
import { type Freshness, freshness } from './freshness.js';
import { pauseJson } from './pause-json.js';
import { planOf, type TaskPlan, type TaskView, viewOf } from './task-view.js';
import { TaskUnknownError } from './unknown-name.errors.js';

/** The tasks as CLI, API and console show them. */
@Injectable()
export class TaskQueries {
  private readonly startedAt: number;

  constructor(
    private readonly catalogue: TaskCatalogue,
    private readonly history: RunHistory,
    private readonly commands: CommandLedger,
    private readonly clock: Clock,
  ) {
    this.startedAt = clock.now().getTime();
  }

  /** Sorted by name. Reads the ledger, which has to be open. */
  async list(): Promise<readonly TaskView[]> {
    const overviews = await this.history.overview();
    const pauses = await this.commands.pauses(oldestSuccess(overviews) ?? this.clock.now());
    return this.catalogue.all().map((task) => this.viewOf(task, overviews.get(task.name), pauses));
  }

  /** Throws a `TaskUnknownError`. Reads the ledger, which has to be open. */
  async view(name: string): Promise<TaskView> {
    const task = this.get(name);
    const overviews = await this.history.overview(name);
    const pauses = await this.commands.pauses(oldestSuccess(overviews) ?? this.clock.now());
    return this.viewOf(task, overviews.get(name), pauses);
  }

  /** Sorted by name. Asks the ledger nothing. */
  plans(): readonly TaskPlan[] {
    const now = this.clock.now();
    return this.catalogue.all().map((task) => planOf(task, now));
  }

  /** What tasks declare as their own settings, with what is in force. */
  ownSettings(): readonly ShownSetting[] {
    return this.catalogue.all().flatMap(({ ownSettings }) => ownSettings ?? []);
  }

  private viewOf(task: KnownTask, overview: TaskOverview | undefined, pauses: readonly Pause[]): TaskView {
    const now = this.clock.now();
    const held = pauses.filter((pause) => covers(pause, task.name, now));
    if (held.length === 0) return viewOf(planOf(task, now), overview, this.freshness(task, overview, pauses), null);
    const paused = held.reduce((longest, pause) => (endOf(pause) > endOf(longest) ? pause : longest));
    // A slot at the very end of a pause is due.
    const from = paused.ends && new Date(paused.ends.getTime() - 1);
    return viewOf(planOf(task, from), overview, { expectedBy: null, stale: false }, pauseJson(paused));
  }

  /** After a pause a task has as long as after a success. */
  private freshness(task: KnownTask, overview: TaskOverview | undefined, pauses: readonly Pause[]): Freshness {
    const ends = pauses.flatMap((pause) => ((pause.task ?? task.name) === task.name ? endOf(pause) : []));
    const newest = Math.max(overview?.lastSuccessAt?.getTime() ?? this.startedAt, ...ends);
    const since = overview && { ...overview, lastSuccessAt: new Date(newest) };
    return freshness(task, since, newest, this.clock.now().getTime());
  }

  /** Throws a `TaskUnknownError`. */
  get(name: string): KnownTask {
    const task = this.catalogue.find(name);
    if (!task) throw new TaskUnknownError(name, this.catalogue.nearest(name));
    return task;
  }

  /** At most `count` after `from`; none without a schedule. Throws a `TaskUnknownError`. */
  slots(name: string, count: number, from = this.clock.now()): readonly Date[] {
    const { schedule } = this.get(name);
    const slots: Date[] = [];
    let slot = schedule?.next(from.getTime()) ?? null;
    for (; slot !== null && slots.length < count; slot = schedule?.next(slot) ?? null) slots.push(new Date(slot));
    return slots;
  }
}

function oldestSuccess(overviews: ReadonlyMap<string, TaskOverview>): Date | undefined {
  const successes = [...overviews.values()].flatMap(({ lastSuccessAt }) => lastSuccessAt?.getTime() ?? []);
  return successes.length === 0 ? undefined : new Date(Math.min(...successes));
}

function endOf({ ends }: Pause): number {
  return ends?.getTime() ?? Infinity;
}
