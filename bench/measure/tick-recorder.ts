import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CpuLaps, CpuMeter } from './process-usage.ts';
import { REPORT } from './program.ts';
import { quantile } from './statistics.ts';

/** What a program with scheduled tasks measures of itself. */
export interface TickReport {
  readonly runs: number;
  /** Milliseconds of CPU per run, all threads, over the whole window. */
  readonly cpuPerRun: number;
  /** The same from each run to the next, with one task. */
  readonly cpuOfEach: readonly number[];
  /**
   * The mean of the runs before the first tick, one after the other. Null without such runs.
   */
  readonly cpuPerRunInARow: number | null;
  /** Milliseconds that passed for each of them. */
  readonly timePerRunInARow: number | null;
  /** Milliseconds between the due instant and the first line of the task. */
  readonly lateness: { readonly p50: number; readonly p99: number; readonly highest: number };
  /** Slots due within the window that did not run. */
  readonly missed: number;
  /** Durable commits per run. */
  readonly commitsPerRun: number;
}

type InARow = Pick<TickReport, 'cpuPerRunInARow' | 'timePerRunInARow'>;
const NONE_IN_A_ROW: InARow = { cpuPerRunInARow: null, timePerRunInARow: null };

export interface TickPlan {
  readonly tasks: number;
  /** Interval in milliseconds, on the grid from the Unix epoch. */
  readonly every: number;
  /**
   * Runs one after the other before the first tick: a worker that has run for an hour has compiled
   * its code.
   */
  readonly runsBefore: number;
  /** Of the worker: who listens to what happens. Default `all` that is shipped. */
  readonly telemetry?: 'all' | 'log';
  /** Milliseconds before and of the measurement. */
  readonly warmUp: number;
  readonly window: number;
}

/** How long late runs may take after the window. */
const LATE_RUNS_MS = 1_000;

/** Records, within one window of time, when tasks on a grid run. */
export class TickRecorder {
  private readonly plan: TickPlan;
  private readonly from: number;
  private readonly lateness: number[] = [];
  private readonly cpuOfEach = new CpuLaps();

  constructor(plan: TickPlan) {
    this.plan = plan;
    this.from = (Math.ceil((Date.now() + plan.warmUp) / plan.every) + 0.5) * plan.every;
  }

  /** Records the start of a task that was due at `due`. */
  record(due: number): void {
    if (due < this.from || due >= this.until) return;
    this.lateness.push(performance.timeOrigin + performance.now() - due);
    if (this.plan.tasks === 1) this.cpuOfEach.mark();
  }

  /**
   * Resolves after the window, when the report is written. `commits` counts from the start of the
   * program.
   */
  async measure(commits: () => number = () => 0, inARow: InARow = NONE_IN_A_ROW): Promise<void> {
    await sleep(this.from - Date.now());
    const cpu = new CpuMeter();
    const commitsBefore = commits();
    await sleep(this.until - Date.now());
    const used = cpu.milliseconds;
    const commitsAfter = commits();
    await sleep(LATE_RUNS_MS);
    const runs = this.lateness.length;
    this.write({
      runs,
      cpuPerRun: used / runs,
      cpuOfEach: this.cpuOfEach.laps,
      ...inARow,
      lateness: {
        p50: quantile(this.lateness, 0.5),
        p99: quantile(this.lateness, 0.99),
        highest: quantile(this.lateness, 1),
      },
      missed: Math.round((this.plan.window / this.plan.every) * this.plan.tasks) - runs,
      commitsPerRun: (commitsAfter - commitsBefore) / runs,
    });
  }

  private get until(): number {
    return this.from + this.plan.window;
  }

  private write(report: TickReport): void {
    writeFileSync(REPORT, JSON.stringify(report));
  }
}
