import { Injectable } from '@nestjs/common';
import { RunHistory } from '../ledger/run-history.js';
import { Clock } from '../time/clock.js';
import type { RegisteredTask } from '../worker/registry/registered-task.js';
import { TaskRegistry } from '../worker/registry/task-registry.js';
import { freshness } from './freshness.js';
import { planOf, type TaskPlan, type TaskView, viewOf } from './task-view.js';
import { TaskUnknownError } from './unknown-name.errors.js';

/** The tasks as CLI, API and console show them. */
@Injectable()
export class TaskQueries {
  private readonly startedAt: number;

  constructor(
    private readonly registry: TaskRegistry,
    private readonly history: RunHistory,
    private readonly clock: Clock,
  ) {
    this.startedAt = clock.now().getTime();
  }

  /** Sorted by name. Reads the ledger, which has to be open. */
  async list(): Promise<readonly TaskView[]> {
    const overviews = await this.history.overview();
    const now = this.clock.now();
    return this.registry.all().map((task) => {
      const overview = overviews.get(task.name);
      return viewOf(planOf(task, now), overview, freshness(task, overview, this.startedAt, now.getTime()));
    });
  }

  /** Sorted by name. Asks the ledger nothing. */
  plans(): readonly TaskPlan[] {
    const now = this.clock.now();
    return this.registry.all().map((task) => planOf(task, now));
  }

  /** Throws a `TaskUnknownError`. */
  get(name: string): RegisteredTask {
    const task = this.registry.find(name);
    if (!task) throw new TaskUnknownError(name, this.registry.nearest(name));
    return task;
  }

  /** At most `count`; none without a schedule. Throws a `TaskUnknownError`. */
  slots(name: string, count: number): readonly Date[] {
    const { schedule } = this.get(name);
    const slots: Date[] = [];
    let slot = schedule?.next(this.clock.now().getTime()) ?? null;
    for (; slot !== null && slots.length < count; slot = schedule?.next(slot) ?? null) slots.push(new Date(slot));
    return slots;
  }
}
