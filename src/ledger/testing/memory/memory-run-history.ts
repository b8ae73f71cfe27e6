import type { Run } from '../../../runs/run.js';
import {
  type HistoryQuery,
  type RetentionPolicy,
  RunAmbiguousError,
  RunHistory,
  type TaskOverview,
} from '../../run-history.js';
import type { ItemFailure } from '../../run-ledger.js';
import { AUDIT_KEPT_MS } from '../../sql/side-records.js';
import type { MemoryProcess } from './memory-process.js';
import type { StoredRun } from './memory-records.js';

export class MemoryRunHistory extends RunHistory {
  constructor(private readonly process: MemoryProcess) {
    super();
  }

  async list({ task, statuses, triggers, since, until, limit }: HistoryQuery): Promise<readonly Run[]> {
    const runs = this.newestFirst().filter((run) => task === undefined || run.task === task);
    return runs
      .filter(({ status }) => statuses?.includes(status) ?? true)
      .filter(({ trigger }) => triggers?.includes(trigger) ?? true)
      .filter(({ queuedAt }) => since === undefined || queuedAt >= since)
      .filter(({ queuedAt }) => until === undefined || queuedAt < until)
      .slice(0, limit);
  }

  async find(id: string): Promise<Run | null> {
    const [run, another] = this.newestFirst().filter((run) => run.id.startsWith(id.toLowerCase()));
    if (another) throw new RunAmbiguousError(id);
    return run ?? null;
  }

  async failedItems(runId: string): Promise<readonly ItemFailure[]> {
    return [...this.process.requireOpen().records.failures(runId).values()];
  }

  async overview(only?: string): Promise<ReadonlyMap<string, TaskOverview>> {
    const { records } = this.process.requireOpen();
    const overviews = records.taskNames
      .filter((task) => only === undefined || task === only)
      .map((task): TaskOverview => {
        const { lastRun, lastSuccess, state } = records.task(task);
        const run = records.active(task) ?? (lastRun === null ? undefined : records.runs.get(lastRun));
        return {
          task,
          lastRun: run ? asFarAsKnown(run, records.living) : null,
          lastSuccessAt: lastSuccess?.finishedAt ?? null,
          ...(state !== null && { state: JSON.parse(state) as unknown }),
        };
      });
    const everRan = overviews.filter(({ lastRun, lastSuccessAt, state }) => lastRun ?? lastSuccessAt ?? state);
    return new Map(everRan.map((overview) => [overview.task, overview]));
  }

  async prune(policy: RetentionPolicy): Promise<number> {
    const { records } = this.process.requireOpen();
    const oldest = this.process.now().getTime() - policy.maxAge;
    const before = records.runs.size;
    for (const task of records.taskNames) this.pruneTask(task, oldest, policy.maxRunsPerTask);
    this.pruneBesideRuns(oldest);
    return before - records.runs.size;
  }

  private pruneTask(task: string, oldest: number, most: number): void {
    const { records } = this.process;
    const runs = this.newestFirst().filter((run) => run.task === task);
    const kept = new Set([records.task(task).lastRun, runs.find(({ slot }) => slot !== null)?.id]);
    for (const [index, run] of runs.entries()) {
      const { id, finishedAt } = run;
      if (finishedAt === null || kept.has(id)) continue;
      if (index < most && finishedAt.getTime() >= oldest) continue;
      records.runs.delete(id);
      records.pruned.push(run);
      records.failures(id).clear();
    }
    for (const { id, lastFailedAt, quarantinedUntil } of records.items(task).values()) {
      const released = quarantinedUntil === null || quarantinedUntil < this.process.now();
      if (lastFailedAt.getTime() < oldest && released) records.items(task).delete(id);
    }
  }

  private pruneBesideRuns(oldest: number): void {
    const { records } = this.process;
    const auditFrom = Math.min(this.process.now().getTime() - AUDIT_KEPT_MS, oldest);
    records.audit.splice(0, records.audit.findIndex(({ at }) => at.getTime() >= auditFrom) >>> 0);
    records.pauses = records.pauses.filter(({ ends }) => ends === null || ends.getTime() >= oldest);
    for (const task of records.taskNames) {
      const known = records.task(task);
      known.schedules = known.schedules.filter((_, at) => {
        const later = known.schedules[at + 1];
        return later === undefined || later.since.getTime() > oldest;
      });
    }
  }

  private newestFirst(): Run[] {
    const { records } = this.process.requireOpen();
    return [...records.runs.values()].map((stored) => asFarAsKnown(stored, records.living)).reverse();
  }
}

/** A run that no living process executes is interrupted, though nobody was left to record that. */
function asFarAsKnown({ run, owner }: StoredRun, living: ReadonlyMap<string, unknown>): Run {
  const left = run.status === 'running' && (owner === null || !living.has(owner));
  return left ? { ...run, status: 'interrupted' } : run;
}
