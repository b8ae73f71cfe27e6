import { Injectable } from '@nestjs/common';
import { LedgerUnavailableError, RunLostError } from '../../runs/errors.js';
import type { Run, RunOutcome } from '../../runs/run.js';
import { Clock } from '../../time/clock.js';
import {
  type Checkpoint,
  type ClaimAnswer,
  type ClaimOptions,
  type Execution,
  type RunClaim,
  RunLedger,
  type TakeOverChoice,
} from '../run-ledger.js';
import { changeChunks, forgetChunksOf } from './chunk-queries.js';
import { ClaimRecorder } from './claim-recorder.js';
import { queueFollowers } from './follower-runs.js';
import { ItemMemory } from './item-memory.js';
import { itemsText, openItemsText } from './recorded-text.js';
import { RunCompletion } from './run-completion.js';
import {
  type ActiveRow,
  type Holder,
  isActive,
  knownTasks,
  nextQueuedRun,
  recordProgress,
  selectRun,
  startRun,
  toExecution,
  toOrphan,
  toRun,
} from './run-queries.js';
import { resume, selectRuns } from './run-resumption.js';
import { type LedgerWriter, SqlStore } from './sql-store.js';
import { rowsOf, type Transaction } from './transaction.js';

@Injectable()
export class SqlRunLedger extends RunLedger {
  constructor(
    private readonly store: SqlStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  async claim(
    claims: readonly RunClaim[],
    { maxStarts = Infinity }: ClaimOptions = {},
  ): Promise<readonly ClaimAnswer[]> {
    if (claims.length === 0) return [];
    const { writer } = this.store;
    const now = this.now();
    return this.store.write(() => new ClaimRecorder(writer, now, maxStarts).record(claims));
  }

  async startNext(task: string): Promise<Execution | null> {
    const { writer } = this.store;
    if (!(await this.store.read(() => nextQueuedRun.first({ task })))) return null;
    const now = this.now();
    return this.store.write(() => startQueued(task, writer, now));
  }

  async checkpoint({ run }: Execution, checkpoint: Checkpoint): Promise<void> {
    const holder = { id: run.id, owner: this.store.writer.processId, attempt: run.attempt };
    const memory = run.dryRun ? null : new ItemMemory(run.task, this.now());
    await this.store.write(() => keep(holder, checkpoint, memory));
  }

  async finish(
    execution: Execution,
    outcome: RunOutcome,
    checkpoint?: Checkpoint,
    followers: readonly string[] = [],
  ): Promise<Run> {
    const { writer } = this.store;
    const now = this.now();
    const completion = new RunCompletion(execution, outcome, checkpoint, now);
    const memory = new ItemMemory(execution.run.task, now);
    const follow = outcome.status === 'succeeded' && followers.length > 0;
    const next = () => (follow ? queueFollowers(execution, followers, writer, now) : []);
    return this.store.write(() => complete(completion, writer.processId, checkpoint, memory, next, writer.offer));
  }

  async takeOver(choose: TakeOverChoice = (orphans) => orphans): Promise<readonly Execution[]> {
    const { writer } = this.store;
    if (writer.role !== 'service') return [];
    const found = await this.store.read(() => activeElsewhere(writer.processId));
    const now = this.now();
    return found.length === 0 ? [] : this.store.write(() => takeOver(writer, choose, now));
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

// Not written in place: a generator function made anew for each call costs as much as a query.

function* startQueued(
  task: string,
  { processId: owner, name: worker }: LedgerWriter,
  now: number,
): Transaction<Execution | null> {
  const next = yield* nextQueuedRun.first({ task });
  const row = next && (yield* startRun.first({ id: next.id, owner, worker, now }));
  if (!row) return null;
  return toExecution(row, (yield* knownTasks([row])).get(task));
}

function* keep(holder: Holder, checkpoint: Checkpoint, memory: ItemMemory | null): Transaction<void> {
  const progress = { ...holder, items: itemsText(checkpoint), open_items: openItemsText(checkpoint) };
  if (!(yield* recordProgress.execute(progress))) throw new RunLostError(holder.id);
  if (checkpoint.chunks) yield* changeChunks(holder.id, checkpoint.chunks);
  if (memory) yield* memory.update(holder.id, checkpoint);
}

function* complete(
  completion: RunCompletion,
  owner: string,
  checkpoint: Checkpoint | undefined,
  memory: ItemMemory,
  next: () => Iterable<never> | Transaction<void>,
  offer: LedgerWriter['offer'],
): Transaction<Run> {
  const { run } = completion;
  if (!(yield* completion.save(owner))) return yield* ended(run.id);
  const chunks = checkpoint?.chunks;
  if (chunks) yield* run.status === 'interrupted' ? changeChunks(run.id, chunks) : forgetChunksOf(run.id);
  if (run.status === 'interrupted' && offer) yield* offer([run.id]);
  if (run.dryRun) return run;
  if (checkpoint) yield* memory.update(run.id, checkpoint);
  yield* completion.updateTaskSummary();
  yield* next();
  return run;
}

function* ended(id: string): Transaction<Run> {
  const row = yield* selectRun.first({ id });
  if (!row) throw new LedgerUnavailableError(`The ledger has no run ${id}: was it replaced or cleared while in use?`);
  if (row.finished_at === null) throw new RunLostError(id);
  return toRun(row);
}

function* takeOver(writer: LedgerWriter, choose: TakeOverChoice, now: number): Transaction<readonly Execution[]> {
  const { members, processId } = writer;
  // Who is removed here can take nothing back: its next write finds its runs with others.
  yield* members.forgetDead();
  const found = yield* activeElsewhere(processId);
  const living = yield* members.living([...new Set(found.flatMap(({ owner }) => owner ?? []))]);
  // Sorted here: asked to sort, SQLite would go through the whole history in the order of ids.
  const isLeft = ({ owner, status }: ActiveRow) => status === 'interrupted' || owner === null || !living.has(owner);
  const chosen = choose(found.filter(isLeft).sort(byId).map(toOrphan));
  if (chosen.length === 0) return [];
  const rows = yield* selectRuns.rows({ ids: JSON.stringify(chosen.map(({ id }) => id)) });
  const attempts = new Map(found.map(({ id, attempt }) => [id, attempt]));
  // Of one that another process has taken over since, this attempt is not what was judged.
  const unchanged = rows.filter(({ id, attempt }) => attempt === attempts.get(id));
  return yield* resume(unchanged.sort(byId), writer, now);
}

function activeElsewhere(processId: string): Transaction<ActiveRow[]> {
  return rowsOf((db) =>
    db
      .selectFrom('runs')
      .select(['id', 'task', 'owner', 'status', 'crashes', 'attempt'])
      .where(isActive)
      .where('owner', 'is distinct from', processId),
  );
}

function byId({ id: one }: { id: string }, { id: other }: { id: string }): number {
  return one < other ? -1 : 1;
}
