import { Injectable } from '@nestjs/common';
import { Clock } from '../../time/clock.js';
import { LedgerUnavailableError } from '../../runs/errors.js';
import { type Checkpoint, type ClaimedRun, type Execution, type RunClaim, RunLedger } from '../run-ledger.js';
import type { Run, RunOutcome } from '../../runs/run.js';
import { ClaimRecorder } from './claim-recorder.js';
import { ItemMemory } from './item-memory.js';
import { LedgerStore } from '../sqlite/ledger-store.js';
import { queries } from './query-builder.js';
import { itemsText, openItemsText } from './recorded-text.js';
import { RunEnd } from './run-end.js';
import { isActive, nextQueuedRun, recordProgress, selectRun, standingOfTasks, startRun } from './run-queries.js';
import { resume } from './run-resumption.js';
import { toExecution, toRun } from './run-rows.js';
import { rowsOf, type Steps } from './steps.js';
import type { WriterSession } from '../sqlite/writer-session.js';

type Progress = Parameters<typeof recordProgress.first>[0];

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
    return this.store.write(() => startQueued(task, owner, now));
  }

  async checkpoint(runId: string, checkpoint: Checkpoint): Promise<void> {
    const now = this.now();
    const progress = { id: runId, items: itemsText(checkpoint), open_items: openItemsText(checkpoint) };
    await this.store.write(() => keep(progress, checkpoint, now));
  }

  async finish(execution: Execution, outcome: RunOutcome, checkpoint?: Checkpoint): Promise<Run> {
    const now = this.now();
    const end = new RunEnd(execution, outcome, checkpoint, now);
    return this.store.write(() => finish(end, checkpoint, now));
  }

  async recover(): Promise<readonly Execution[]> {
    const { writer } = this.store;
    if (writer.role !== 'service') return [];
    const { rows } = await this.store.read((db) => db.executeQuery(activeElsewhere(writer.processId)));
    if (rows.length === 0) return [];
    return this.store.write(() => takeOver(writer));
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

// Not written where they are used: a generator function that is made anew for each call costs as much as a query.

function* startQueued(task: string, owner: string, now: number): Steps<Execution | null> {
  const next = yield* nextQueuedRun.first({ task });
  const row = next && (yield* startRun.first({ id: next.id, owner, now }));
  if (!row) return null;
  const standing = yield* standingOfTasks.first({ tasks: JSON.stringify([task]) });
  return toExecution(row, standing?.last_success_at ?? null);
}

function* keep(progress: Progress, checkpoint: Checkpoint, now: number): Steps<void> {
  const run = yield* recordProgress.first(progress);
  if (run) yield* new ItemMemory(run.task, now).update(progress.id, checkpoint);
}

function* finish(end: RunEnd, checkpoint: Checkpoint | undefined, now: number): Steps<Run> {
  const { id, task } = end.run;
  if (!(yield* end.record())) return yield* recorded(id);
  if (checkpoint) yield* new ItemMemory(task, now).update(id, checkpoint);
  yield* end.note();
  return end.run;
}

function* takeOver({ processes, processId }: WriterSession): Steps<readonly Execution[]> {
  const resumed: Execution[] = [];
  // Sorted here: asked to sort, SQLite would go through the whole history in the order of ids.
  const found = (yield* rowsOf(activeElsewhere(processId))).sort((one, other) => (one.id < other.id ? -1 : 1));
  for (const row of found) {
    if (!(yield* processes.isAlive(row.owner))) resumed.push(yield* resume(row, processId));
  }
  yield* processes.forgetDead();
  return resumed;
}

function* recorded(runId: string): Steps<Run> {
  const row = yield* selectRun.first({ id: runId });
  if (row) return toRun(row);
  throw new LedgerUnavailableError(`The ledger has no run ${runId}: was it replaced or cleared while in use?`);
}

function activeElsewhere(processId: string) {
  return queries.selectFrom('runs').selectAll().where(isActive).where('owner', 'is not', processId);
}
