import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../../time/duration.js';
import { LedgerUnavailableError, RunLostError } from '../../runs/errors.js';
import type { WorkerEvents } from '../../runs/worker-events.js';
import type { Checkpoint, Execution, ItemFailure, OpenItems, RunLedger } from '../../ledger/run-ledger.js';
import { outcomeOfError } from '../../runs/run-outcome.js';
import type { ItemCounts, Run, RunOutcome } from '../../runs/run.js';
import type { RunState } from './run-scope.js';
import { FailureList } from './failure-list.js';
import { reportedItems } from './reported-items.js';

const RETRY_LEDGER_AFTER_MS = SECOND;
const NOTHING_OPEN: Open = { pending: [], unconfirmed: [] };

/** What a run leaves for its next attempt, and what it changes about its chunks. */
type Open = OpenItems & Pick<Checkpoint, 'chunks'>;

/** Keeps what one run has done since its last commit, and commits it. */
export class RunRecorder {
  private items: ItemCounts | null = null;
  private open: Open = NOTHING_OPEN;
  private failures: ItemFailure[] = [];
  private recovered: string[] = [];
  private readonly list = new FailureList();
  /** What the run finds as its task's state, and leaves. */
  readonly state: RunState;

  /**
   * `abort`: ends the run when another process turns out to have it. `followers`: tasks that run
   * after this one.
   */
  constructor(
    readonly execution: Execution,
    private readonly ledger: RunLedger,
    private readonly events: WorkerEvents,
    private readonly abort: AbortController,
    private readonly followers: readonly string[] = [],
  ) {
    const { state, resume } = execution;
    this.state = { found: state ?? undefined, left: resume?.state };
  }

  /** Null as long as the run has reported no items. */
  get counts(): ItemCounts | null {
    return this.items;
  }

  progress(reported: ItemCounts): void {
    const items = reportedItems(reported);
    if (!items) return;
    this.items = items;
    const { id: runId, task } = this.execution.run;
    this.events.emit('run.progressed', { runId, task, items });
  }

  failed(failure: ItemFailure): void {
    this.failures.push(this.list.takes(failure) ? failure : { ...failure, unlisted: true });
  }

  /** An item that had a record of failures is done: the record is closed with the next commit. */
  recoveredFrom(id: string): void {
    this.recovered.push(id);
  }

  /** What an interrupted attempt had in work; goes on record with the end of the run. */
  leaveOpen(open: Open): void {
    this.open = open;
  }

  /**
   * Records everything so far, and which items are open now. Resolves when it is durable; while the
   * ledger is unavailable it tries again every second, until the signal aborts. Rejects with a
   * `RunLostError` when another process has the run, which is then aborted.
   */
  async checkpoint(open: Open, signal: AbortSignal): Promise<void> {
    this.open = open;
    const checkpoint = this.take();
    await this.persist(() => this.ledger.checkpoint(this.execution, checkpoint), signal);
  }

  /**
   * Ends the run; rejects as `checkpoint` does. What an interrupted attempt had in work stays on
   * record for the next one. A run whose end cannot be recorded as it is, through no fault of the
   * ledger's availability, ends as failed: it must not keep its task occupied.
   */
  async finish(outcome: RunOutcome, signal: AbortSignal): Promise<Run> {
    const interrupted = outcome.status === 'interrupted';
    if (!interrupted) this.open = { ...NOTHING_OPEN, chunks: this.open.chunks };
    const checkpoint = this.take();
    try {
      return await this.persist(() => this.ledger.finish(this.execution, outcome, checkpoint, this.followers), signal);
    } catch (error) {
      if (interrupted || signal.aborted || error instanceof RunLostError) throw error;
      return this.persist(() => this.ledger.finish(this.execution, outcomeOfError(error)), signal);
    }
  }

  private take(): Checkpoint {
    const { items, failures, recovered } = this;
    const { pending, onTrial, unconfirmed, position, chunks } = this.open;
    this.failures = [];
    this.recovered = [];
    return { items, pending, onTrial, unconfirmed, position, failures, recovered, chunks, state: this.state.left };
  }

  /** A ledger on a full disk comes back when there is room: the run waits for that. */
  private async persist<T>(write: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let refusals = 0; ; refusals++) {
      try {
        return await write();
      } catch (error) {
        if (error instanceof RunLostError) this.abort.abort(error);
        if (!(error instanceof LedgerUnavailableError)) throw error;
        if (refusals === 0) this.events.emit('run.blocked', { run: this.execution.run, error });
        await sleep(RETRY_LEDGER_AFTER_MS, undefined, { signal }).catch(() => {
          throw signal.reason;
        });
      }
    }
  }
}
