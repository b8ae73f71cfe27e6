import { Inject, Optional, type Type } from '@nestjs/common';
import type { z } from 'zod';
import type { CatchUp } from '../../config/settings.js';
import type { Run } from '../../runs/run.js';
import { MINUTE } from '../../time/duration.js';
import { TaskEngine } from '../task-engine.js';
import type { RetryPolicy } from './retry-policy.js';
import type { TaskSettings } from './task-settings.js';
import type { TaskState } from './task-state.js';
import type { TaskContext } from './task-context.js';
// Looks on while tasks are decorated, so that no decorator gets lost: has to be loaded before them.
import '../registry/schedule-metadata.js';

/**
 * A piece of scheduled background work. Extend it, put `@Interval` or `@Cron` of `@nestjs/schedule`
 * on `execute`, and list its module in `tasks.module.ts`. Logging, deadline, history, retries of
 * requests, resuming and shutdown come with it; override a property where the default does not fit.
 */
export abstract class BaseTask<Result = unknown> {
  /** Identifies the task for ever, in `snake_case`: history, configuration and metrics use it. */
  abstract readonly name: string;

  /** Deadline of one run, in milliseconds. `TASK_<NAME>_TIMEOUT` overrides it. */
  readonly timeout: number = 30 * MINUTE;

  /**
   * How long after a success the next one has to come, in milliseconds, before the task counts as
   * late. Undefined: as its schedule and deadline imply. Without a schedule nothing is expected.
   */
  readonly freshness: number | undefined = undefined;

  /** A slot that finds the task active is recorded as `skipped`, or waits its turn as `queued`. */
  readonly overlap: 'skip' | 'queue' = 'skip';

  /** Which missed slots run after a standstill. `TASK_<NAME>_CATCH_UP` overrides it. */
  readonly catchUp: CatchUp = 'latest';

  /**
   * The APIs that it cannot do without: `data`, or names that modules have registered. While one of
   * them is known to be down, slots are skipped (`upstream_down`). Undefined: those that its last
   * run has talked to.
   */
  readonly upstreams: readonly string[] | undefined = undefined;

  /** True: it runs for every slot, also while its upstreams are known to be down. */
  readonly runWhileUpstreamDown: boolean = false;

  /** How this task's requests are tried again; a request's own policy wins over it. */
  readonly retry: RetryPolicy | undefined = undefined;

  /**
   * What the task has to be told beside the worker's own settings: `taskSettings(z.object({ … }))`.
   * Read from `TASK_<NAME>_<SETTING>` at the start, and checked with everything else.
   */
  readonly settings: TaskSettings | undefined = undefined;

  /**
   * What a run by hand may be given: `worker run NAME --param since=2026-01-01`. A scheduled task
   * needs a default for each; `execute(context: TaskContext<z.infer<typeof params>>)` reads them.
   */
  readonly params: z.ZodObject | undefined = undefined;

  /**
   * What each run leaves for the next one: `taskState(z.iso.datetime().optional())`. A run reads
   * `this.state.value` and calls `this.state.set(…)`, which counts once it has succeeded.
   */
  readonly state: TaskState | undefined = undefined;

  /**
   * Tasks after each success of which this one runs, with the same `at`: `[ImportOrdersTask]`. It
   * needs no schedule then, and may have one beside.
   */
  readonly after: readonly Type<BaseTask>[] = [];

  /**
   * True: no schedule, runs by hand only. A task must have a decorator, an override, `after` or
   * this.
   */
  readonly manualOnly: boolean = false;

  /** Absent where a spec makes the task without a worker around it. */
  @Optional()
  @Inject(TaskEngine)
  private readonly engine: TaskEngine | undefined;

  /**
   * Does the work of one run.
   *
   * Must be safe to call again for the same `context.at`: a run that a crash interrupted is
   * resumed. Should end soon after `context.signal` aborts. The value is recorded as the run's
   * result, as JSON; a rejection ends the run as `failed`, never the process.
   */
  abstract execute(context: TaskContext): Promise<Result>;

  /**
   * Starts a run by hand and resolves with its end. It does not reject when the task fails: look at
   * `status`. A run of an active task is `skipped`, reason `overlap`.
   */
  async run(): Promise<Run> {
    if (!this.engine) throw new TypeError(`${this.name} has no worker to run in. In a spec, use runTask()`);
    const [submission] = await this.engine.submit([
      { task: this.name, trigger: 'manual', slot: null, at: null, overlap: this.overlap },
    ]);
    if (!submission) throw new TypeError('A manual run has no slot and is always recorded');
    return submission.finished;
  }
}
