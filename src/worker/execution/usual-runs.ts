import { Injectable } from '@nestjs/common';
import { RunHistory } from '../../ledger/run-history.js';
import type { ItemCounts, Run } from '../../runs/run.js';
import { isUsual, suspicionOf, USUAL_RUNS, type Yield, yieldOf } from '../../runs/suspicion.js';

/** Some of the newest are no pattern: dry runs, and runs with inputs. */
const MAX_RUNS_READ = 2 * USUAL_RUNS;

/**
 * What the runs of each task usually bring. Read from the ledger once for a task, and kept from
 * then on; what looks suspicious is compared with the ledger again, for other processes may have
 * had runs of the task.
 */
@Injectable()
export class UsualRuns {
  /** By task, newest first. */
  private readonly known = new Map<string, Yield[]>();

  constructor(private readonly history: RunHistory) {}

  /**
   * How a run of the task that has gone well is unlike those before it; null where it is not, or
   * that cannot be told. Never rejects.
   */
  async judge(run: Run, items: ItemCounts | null, result: unknown): Promise<string | null> {
    if (!isUsual({ ...run, status: 'succeeded' })) return null;
    const { task } = run;
    const now = yieldOf(items, result);
    const known = this.known.get(task);
    try {
      const before = known && suspicionOf(now, known) === null ? known : await this.read(task);
      this.known.set(task, [now, ...before].slice(0, USUAL_RUNS));
      return suspicionOf(now, before);
    } catch {
      // The end of the run finds out, too, and waits until the ledger can be had.
      return null;
    }
  }

  private async read(task: string): Promise<Yield[]> {
    const runs = await this.history.list({ task, statuses: ['succeeded', 'partial'], limit: MAX_RUNS_READ });
    return runs.filter(isUsual).map(({ items, result }) => yieldOf(items, result));
  }
}
