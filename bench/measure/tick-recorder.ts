import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CpuLaps, CpuMeter } from './process-usage.ts';
import { REPORT } from './program.ts';
import { quantile } from './statistics.ts';

/** What a program with timed tasks measures of itself. */
export interface TickReport {
  readonly runs: number;
  /** Milliseconds of CPU, all threads, over the whole window, divided by the runs. */
  readonly cpuPerRun: number;
  /** The same from each run to the next, where there is one task: they come alone. */
  readonly cpuOfEach: readonly number[];
  /**
   * The mean of the runs before the first tick, which follow each other without a pause. Null
   * without such runs.
   */
  readonly cpuPerRunInARow: number | null;
  /** Milliseconds between the due instant and the first line of the task. */
  readonly lateness: { readonly p50: number; readonly p99: number; readonly highest: number };
  /** Due within the window, and not run. */
  readonly missed: number;
  /** Durable commits per run, where there are any. */
  readonly commitsPerRun: number;
}

export interface TickPlan {
  readonly tasks: number;
  /** In milliseconds, each on the grid from the Unix epoch. */
  readonly every: number;
  /**
   * Runs one after the other before the first tick: a worker that has run for an hour has compiled
   * what it runs.
   */
  readonly runsBefore: number;
  /** In milliseconds: what is not measured yet, and what is. */
  readonly warmUp: number;
  readonly window: number;
}

/** The time that late runs are given after the window. */
const LEEWAY = 1_000;

/** Records when tasks run that are due on a grid, within one window of time. */
export class TickRecorder {
  private readonly plan: TickPlan;
  private readonly from: number;
  private readonly lateness: number[] = [];
  private readonly cpuOfEach = new CpuLaps();

  constructor(plan: TickPlan) {
    this.plan = plan;
    this.from = (Math.ceil((Date.now() + plan.warmUp) / plan.every) + 0.5) * plan.every;
  }

  /** A task has begun that was due at that instant. */
  record(due: number): void {
    if (due < this.from || due >= this.until) return;
    this.lateness.push(performance.timeOrigin + performance.now() - due);
    if (this.plan.tasks === 1) this.cpuOfEach.mark();
  }

  /**
   * Resolves after the window, having written the report. `commits` counts since the start of the
   * program.
   */
  async measure(commits: () => number = () => 0, cpuPerRunInARow: number | null = null): Promise<void> {
    await sleep(this.from - Date.now());
    const cpu = new CpuMeter();
    const commitsBefore = commits();
    await sleep(this.until - Date.now());
    const used = cpu.milliseconds;
    const commitsAfter = commits();
    await sleep(LEEWAY);
    const runs = this.lateness.length;
    this.write({
      runs,
      cpuPerRun: used / runs,
      cpuOfEach: this.cpuOfEach.laps,
      cpuPerRunInARow,
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
