import { Injectable } from '@nestjs/common';
import { Clock } from '../worker/clock.js';
import { LedgerUnavailableError } from '../worker/errors.js';
import { type Checkpoint, type ClaimedRun, type Execution, type RunClaim, RunLedger } from '../worker/run-ledger.js';
import type { Run, RunOutcome } from '../worker/run.js';
import { ClaimRecorder } from './claim-recorder.js';
import { ItemMemory } from './item-memory.js';
import { LedgerStore } from './ledger-store.js';
import { queries } from './query-builder.js';
import { itemsText, openItemsText } from './recorded-text.js';
import { RunEnd } from './run-end.js';
import { isActive, nextQueuedRun, recordProgress, selectRun, standingOfTasks, startRun } from './run-queries.js';
import { resume } from './run-resumption.js';
import { toExecution, toRun } from './run-rows.js';
import { rowsOf, type Steps } from './steps.js';

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
    return this.store.write(() => new ClaimRecorder(writer, now).record(claims));
  }

  async startNext(task: string): Promise<Execution | null> {
    const { processId: owner } = this.store.writer;
    const waiting = await this.store.read((db) => db.executeQuery(nextQueuedRun.with({ task })));
    if (waiting.rows.length === 0) return null;
    const now = this.now();
    return this.store.write(function* () {
      const next = yield* nextQueuedRun.first({ task });
      const row = next && (yield* startRun.first({ id: next.id, owner, now }));
      if (!row) return null;
      const standing = yield* standingOfTasks.first({ tasks: JSON.stringify([task]) });
      return toExecution(row, standing?.last_success_at ?? null);
    });
  }

  async checkpoint(runId: string, checkpoint: Checkpoint): Promise<void> {
    const now = this.now();
    const progress = { id: runId, items: itemsText(checkpoint), open_items: openItemsText(checkpoint) };
    await this.store.write(function* () {
      const run = yield* recordProgress.first(progress);
      if (run) yield* new ItemMemory(run.task, now).update(runId, checkpoint);
    });
  }

  async finish(execution: Execution, outcome: RunOutcome, checkpoint?: Checkpoint): Promise<Run> {
    const { id, task } = execution.run;
    const now = this.now();
    const end = new RunEnd(execution, outcome, checkpoint, now);
    return this.store.write(function* () {
      if (!(yield* end.record())) return yield* recorded(id);
      if (checkpoint) yield* new ItemMemory(task, now).update(id, checkpoint);
      yield* end.note();
      return end.run;
    });
  }

  async recover(): Promise<readonly Execution[]> {
    const { writer } = this.store;
    if (writer.role !== 'service') return [];
    const owner = writer.processId;
    const elsewhere = activeElsewhere(owner);
    const { rows } = await this.store.read((db) => db.executeQuery(elsewhere));
    if (rows.length === 0) return [];
    return this.store.write(function* () {
      const resumed: Execution[] = [];
      // Sorted here: asked to sort, SQLite would go through the whole history in the order of ids.
      const found = (yield* rowsOf(elsewhere)).sort((one, other) => (one.id < other.id ? -1 : 1));
      for (const row of found) {
        if (!(yield* writer.processes.isAlive(row.owner))) resumed.push(yield* resume(row, owner));
      }
      yield* writer.processes.forgetDead();
      return resumed;
    });
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

function* recorded(runId: string): Steps<Run> {
  const row = yield* selectRun.first({ id: runId });
  if (row) return toRun(row);
  throw new LedgerUnavailableError(`The ledger has no run ${runId}: was it replaced or cleared while in use?`);
}

function activeElsewhere(processId: string) {
  return queries.selectFrom('runs').selectAll().where(isActive).where('owner', 'is not', processId);
}
