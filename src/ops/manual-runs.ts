import { Inject, Injectable } from '@nestjs/common';
import type { WorkerSettings } from '../config/settings.js';
import { workerConfig } from '../config/worker.config.js';
import type { RunClaim } from '../ledger/run-ledger.js';
import type { ItemCounts } from '../runs/run.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { CommandWatch } from '../worker/command-watch.js';
import { type Submission, TaskEngine } from '../worker/task-engine.js';

/** Who asks for a run, and for which. */
export type ManualRequest = Required<Pick<RunClaim, 'actor' | 'params' | 'dryRun'>>;

/** Runs by hand in a process of their own, beside the service. The ledger has to be open. */
@Injectable()
export class ManualRuns {
  private opening: Promise<void> | undefined;

  constructor(
    private readonly engine: TaskEngine,
    private readonly watch: CommandWatch,
    private readonly events: WorkerEvents,
    @Inject(workerConfig.KEY) private readonly settings: WorkerSettings,
  ) {}

  /**
   * Starts one run, which is `skipped` where the task is active; resumes one in its place that a
   * process has left. `report` gets its progress.
   */
  async start(
    task: string,
    { actor, params, dryRun }: ManualRequest,
    report: (items: ItemCounts) => void,
  ): Promise<Submission> {
    await (this.opening ??= this.open());
    const [submission] = await this.engine.submit([
      { task, trigger: 'manual', slot: null, at: null, overlap: 'skip', actor, params, dryRun },
    ]);
    if (!submission) throw new Error(`The ledger does not record a run of ${task}; the log says why`);
    const unsubscribe = this.events.on('run.progressed', ({ runId, items }) => {
      if (runId === submission.run.id) report(items);
    });
    void submission.finished.then(unsubscribe);
    return submission;
  }

  private async open(): Promise<void> {
    await this.engine.start('submitted');
    this.watch.start();
  }

  /** Ends the run as `cancelled`; as `interrupted` if that takes over `SHUTDOWN_TIMEOUT`. */
  cancel(runId: string, reason: string): void {
    this.engine.cancel(runId, reason);
    void this.engine.drain(this.settings.shutdownTimeout);
  }

  /** Takes no further runs; resolves when nothing is in flight. */
  end(): Promise<void> {
    this.watch.stop();
    return this.engine.drain(0);
  }
}
