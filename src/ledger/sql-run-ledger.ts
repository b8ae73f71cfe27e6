import { Injectable } from '@nestjs/common';
import type { Kysely, Transaction } from 'kysely';
import { Clock } from '../worker/clock.js';
import { LedgerUnavailableError } from '../worker/errors.js';
import { type Checkpoint, type ClaimedRun, type Execution, type RunClaim, RunLedger } from '../worker/run-ledger.js';
import type { Run, RunOutcome } from '../worker/run.js';
import { ClaimRecorder } from './claim-recorder.js';
import { ItemMemory } from './item-memory.js';
import { LedgerStore } from './ledger-store.js';
import type { LedgerSchema } from './ledger.schema.js';
import { itemsText, openItemsText } from './recorded-text.js';
import { RunEnd } from './run-end.js';
import { isActive, nextQueuedRun, recordProgress, selectRun, standingOfTasks, startRun } from './run-queries.js';
import { resume } from './run-resumption.js';
import { type RunRow, toExecution, toRun } from './run-rows.js';

@Injectable()
export class SqlRunLedger extends RunLedger {
  constructor(
    private readonly store: LedgerStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  async claim(claims: readonly RunClaim[]): Promise<readonly (ClaimedRun | null)[]> {
    if (claims.length === 0) return [];
    const { writer } = this.store;
    const now = this.now();
    return this.store.write((transaction) => new ClaimRecorder(transaction, writer, now).record(claims));
  }

  async startNext(task: string): Promise<Execution | null> {
    const { processId: owner } = this.store.writer;
    const waiting = await this.store.read((db) => nextQueuedRun.first(db, { task }));
    if (!waiting) return null;
    const now = this.now();
    return this.store.write(async (transaction) => {
      const next = await nextQueuedRun.first(transaction, { task });
      const row = next && (await startRun.first(transaction, { id: next.id, owner, now }));
      if (!row) return null;
      const standing = await standingOfTasks.first(transaction, { tasks: JSON.stringify([task]) });
      return toExecution(row, standing?.last_success_at ?? null);
    });
  }

  async checkpoint(runId: string, checkpoint: Checkpoint): Promise<void> {
    const now = this.now();
    const progress = { id: runId, items: itemsText(checkpoint), open_items: openItemsText(checkpoint) };
    await this.store.write(async (transaction) => {
      const run = await recordProgress.first(transaction, progress);
      if (run) await new ItemMemory(transaction, run.task, now).update(runId, checkpoint);
    });
  }

  async finish(execution: Execution, outcome: RunOutcome, checkpoint?: Checkpoint): Promise<Run> {
    const { id, task } = execution.run;
    const now = this.now();
    const end = new RunEnd(execution, outcome, checkpoint, now);
    return this.store.write(async (transaction) => {
      if (!(await end.record(transaction))) return this.recorded(transaction, id);
      if (checkpoint) await new ItemMemory(transaction, task, now).update(id, checkpoint);
      await end.note(transaction);
      return end.run;
    });
  }

  async recover(): Promise<readonly Execution[]> {
    const { writer } = this.store;
    if (writer.role !== 'service') return [];
    const owner = writer.processId;
    if ((await this.store.read((db) => activeElsewhere(db, owner))).length === 0) return [];
    return this.store.write(async (transaction) => {
      const resumed: Execution[] = [];
      for (const row of await activeElsewhere(transaction, owner)) {
        if (!(await writer.processes.isAlive(transaction, row.owner)))
          resumed.push(await resume(transaction, row, owner));
      }
      await writer.processes.forgetDead(transaction);
      return resumed;
    });
  }

  private async recorded(transaction: Transaction<LedgerSchema>, runId: string): Promise<Run> {
    const row = await selectRun.first(transaction, { id: runId });
    if (row) return toRun(row);
    throw new LedgerUnavailableError(`The ledger has no run ${runId}: was it replaced or cleared while in use?`);
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

/** Sorted here: asked to sort, SQLite would go through the whole history in the order of ids. */
async function activeElsewhere(db: Kysely<LedgerSchema>, processId: string): Promise<RunRow[]> {
  const rows = await db.selectFrom('runs').selectAll().where(isActive).where('owner', 'is not', processId).execute();
  return rows.sort((one, other) => (one.id < other.id ? -1 : 1));
}
