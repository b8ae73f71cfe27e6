import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import type { StoredAlert } from '../../ledger/alert-ledger.js';
import { LedgerStatistics } from '../../ledger/ledger-statistics.js';
import { RunHistory } from '../../ledger/run-history.js';
import { TaskQueries } from '../../ops/task.queries.js';
import { Clock } from '../../time/clock.js';
import { USUAL_RUNS } from '../../runs/suspicion.js';
import { MINUTE } from '../../time/duration.js';
import { TaskRegistry } from '../../worker/registry/task-registry.js';
import { type Judgement, judgeRuns, judgeState } from './alert-rules.js';

/** After a start what was missed is caught up: until then lateness says nothing new. */
const GRACE_MS = MINUTE;

/** Some of the newest may be no pattern: dry runs, and runs with inputs. */
const MAX_GOOD_READ = 2 * USUAL_RUNS + 1;

const ENDED = ['succeeded', 'partial', 'failed', 'timed_out'] as const;
const GOOD = ['succeeded', 'partial'] as const;

/** Reads what the rules need from the ledger, and applies them. */
@Injectable()
export class AlertJudge {
  private readonly startedAt: number;

  constructor(
    private readonly registry: TaskRegistry,
    private readonly queries: TaskQueries,
    private readonly history: RunHistory,
    private readonly statistics: LedgerStatistics,
    private readonly clock: Clock,
    @Inject(workerConfig.KEY) private readonly settings: WorkerSettings,
  ) {
    this.startedAt = clock.now().getTime();
  }

  /** The tasks that have a run by now whose end has not been judged. */
  async runs(tasks: Iterable<string>): Promise<Judgement[]> {
    const judgements: Judgement[] = [];
    const { afterFailures } = this.settings.alerts;
    for (const task of tasks) {
      // A start judges every task: whatever else is due goes between.
      await nextTurn();
      const limit = Math.max(afterFailures, 1) + 1;
      const ended = await this.history.list({ task, statuses: ENDED, limit });
      const good = await this.history.list({ task, statuses: GOOD, limit: MAX_GOOD_READ });
      const lastSuccessAt = good[0]?.finishedAt ?? null;
      judgements.push(...judgeRuns({ task, ended, good, lastSuccessAt }, afterFailures));
    }
    return judgements;
  }

  /** Every task, and those alerts whose task there is no more. */
  async states(active: readonly StoredAlert[]): Promise<Judgement[]> {
    const now = this.clock.now();
    const known = new Map((await this.statistics.tasks()).map((statistics) => [statistics.task, statistics]));
    const late = new Set(active.filter(({ rule }) => rule === 'late').map(({ subject }) => subject));
    const judgements = (await this.queries.list()).flatMap(({ name: task, expectedBy, stale, lastSuccessAt }) => {
      const quarantined = known.get(task)?.quarantined ?? 0;
      return judgeState({ task, expectedBy, stale, lastSuccessAt, quarantined }, now, late.has(task));
    });
    const isEarly = now.getTime() < this.startedAt + GRACE_MS;
    return [...judgements.filter(({ rule }) => !(isEarly && rule === 'late')), ...this.orphans(active)];
  }

  private orphans(active: readonly StoredAlert[]): Judgement[] {
    return active
      .filter(({ subject }) => !this.registry.find(subject))
      .map(({ rule, subject }) => ({ rule: rule as Judgement['rule'], subject, condition: null }));
  }
}
