import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../../time/duration.js';
import type { WorkerEvents } from '../../runs/worker-events.js';
import type { Checkpoint, Execution, ItemFailure, OpenItems, RunLedger } from '../../ledger/run-ledger.js';
import type { ItemCounts, Run, RunOutcome } from '../../runs/run.js';

const RETRY_LEDGER_EVERY = SECOND;
const NOTHING_OPEN: OpenItems = { pending: [], unconfirmed: [] };
const logger = new Logger('RunRecorder');

/** Keeps what one run has done since its last commit, and commits it. Between commits it costs memory only. */
export class RunRecorder {
  private items: ItemCounts | null = null;
  private open: OpenItems = NOTHING_OPEN;
  private failures: ItemFailure[] = [];
  private recovered: string[] = [];

  constructor(
    private readonly execution: Execution,
    private readonly ledger: RunLedger,
    private readonly events: WorkerEvents,
  ) {}

  /** Null as long as the run has reported no items. */
  get counts(): ItemCounts | null {
    return this.items;
  }

  progress(items: ItemCounts): void {
    this.items = items;
    const { id: runId, task } = this.execution.run;
    this.events.emit('run.progressed', { runId, task, items });
  }

  failed(failure: ItemFailure): void {
    this.failures.push(failure);
  }

  /** An item that had a record of failures is done: the record is closed with the next commit. */
  recoveredFrom(id: string): void {
    this.recovered.push(id);
  }

  /** What an interrupted attempt had in work; goes on record with the end of the run. */
  leaveOpen(open: OpenItems): void {
    this.open = open;
  }

  /**
   * Records everything so far, and which items are open now. Resolves when it is durable; while the ledger cannot
   * record it keeps trying, once a second, and rejects only with the signal's reason.
   */
  async checkpoint(open: OpenItems, signal: AbortSignal): Promise<void> {
    this.open = open;
    const checkpoint = this.take();
    await this.persist(() => this.ledger.checkpoint(this.execution.run.id, checkpoint), signal);
  }

  /** Ends the run. What an interrupted attempt had in work stays on record for the next one. */
  finish(outcome: RunOutcome, signal: AbortSignal): Promise<Run> {
    if (outcome.status !== 'interrupted') this.open = NOTHING_OPEN;
    const checkpoint = this.take();
    return this.persist(() => this.ledger.finish(this.execution, outcome, checkpoint), signal);
  }

  private take(): Checkpoint {
    const { items, failures, recovered } = this;
    const { pending, unconfirmed } = this.open;
    this.failures = [];
    this.recovered = [];
    return { items, pending, unconfirmed, failures, recovered };
  }

  /** A ledger on a full disk comes back when there is room: work waits for it instead of losing its record. */
  private async persist<T>(write: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let refusals = 0; ; refusals++) {
      try {
        return await write();
      } catch (error) {
        if (refusals === 0) logger.error({ msg: 'The ledger does not record; the run waits for it', err: error });
        await sleep(RETRY_LEDGER_EVERY, undefined, { signal }).catch(() => {
          throw signal.reason;
        });
      }
    }
  }
}
