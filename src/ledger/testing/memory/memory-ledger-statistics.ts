import type { ItemCounts, Run } from '../../../runs/run.js';
import { LedgerStatistics, type RunCount, type TaskStatistics } from '../../ledger-statistics.js';
import type { MemoryProcess } from './memory-process.js';

export class MemoryLedgerStatistics extends LedgerStatistics {
  constructor(private readonly process: MemoryProcess) {
    super();
  }

  async tasks(): Promise<readonly TaskStatistics[]> {
    return this.process.requireOpen().records.taskNames.map((task) => this.statisticsOf(task));
  }

  private statisticsOf(task: string): TaskStatistics {
    const { records } = this.process;
    const { lastRun, lastSuccess } = records.task(task);
    const ended = [...records.pruned, ...records.runsOf(task).map(({ run }) => run)].filter(
      (run) => run.task === task && run.finishedAt !== null,
    );
    const last = lastRun === null ? undefined : records.runs.get(lastRun)?.run;
    return {
      task,
      runs: [...Map.groupBy(ended, keyOf).values()].map(countOf),
      items: { succeeded: sum(ended, 'succeeded'), failed: sum(ended, 'failed'), skipped: sum(ended, 'skipped') },
      quarantined: [...records.items(task).values()].filter(
        ({ quarantinedUntil }) => quarantinedUntil && quarantinedUntil > this.process.now(),
      ).length,
      lastStartedAt: (records.active(task)?.run ?? last)?.startedAt ?? null,
      lastStatus: last?.status ?? null,
      lastSuccessAt: lastSuccess?.finishedAt ?? null,
    };
  }
}

function countOf(runs: readonly Run[]): RunCount {
  const { status, trigger } = runs[0]!;
  return { status, trigger, reason: reasonOf(runs[0]!), runs: runs.length };
}

function keyOf(run: Run): string {
  return [run.status, run.trigger, reasonOf(run)].join(' ');
}

function reasonOf({ status, reason }: Run): string | null {
  return status === 'skipped' || status === 'missed' ? (reason?.split(':')[0] ?? null) : null;
}

function sum(runs: readonly Run[], outcome: keyof ItemCounts): number {
  return runs.reduce((total, { items }) => total + (items?.[outcome] ?? 0), 0);
}
