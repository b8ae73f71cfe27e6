import { Injectable } from '@nestjs/common';
import type { RunError } from '../../runs/run.js';
import {
  ChunkLedger,
  type ChunkNews,
  type ChunkProgress,
  type ChunkResult,
  type ChunkStatus,
  type LeftChunk,
  type TakenChunk,
} from '../chunk-ledger.js';
import type { Execution } from '../run-ledger.js';
import {
  askToStop,
  type ChunkRow,
  chunksOfRun,
  newsOfRun,
  openChunkOf,
  openChunkOfTasks,
  peekOpenChunk,
  recordChunk,
  takeChunk,
  withdrawOpen,
} from './chunk-queries.js';
import { type Holder, knownTasks, selectRun, toExecution, toValue } from './run-queries.js';
import { type LedgerWriter, type Membership, SqlStore } from './sql-store.js';
import type { Transaction } from './transaction.js';

/** Of a store that knows no `skip locked`: another process had the same one first. */
const MAX_TRIES = 5;

@Injectable()
export class SqlChunkLedger extends ChunkLedger {
  constructor(private readonly store: SqlStore) {
    super();
  }

  async leftBy(run_id: string): Promise<readonly LeftChunk[]> {
    const { members } = this.store.writer;
    return this.store.read(() => chunksLeft(run_id, members));
  }

  async news(run_id: string): Promise<readonly ChunkNews[]> {
    const { members } = this.store.writer;
    return this.store.read(() => chunkNews(run_id, members));
  }

  async forgetDead(): Promise<void> {
    const { members } = this.store.writer;
    await this.store.write(() => members.forgetDead());
  }

  async stop({ run }: Execution): Promise<void> {
    const holder = { id: run.id, owner: this.store.writer.processId, attempt: run.attempt };
    await this.store.write(() => stopChunks(holder));
  }

  async take(tasks: readonly string[]): Promise<TakenChunk | null> {
    const { writer } = this.store;
    const known = { tasks: JSON.stringify(tasks) };
    if (!(await this.store.read(() => peekOpenChunk.first(known)))) return null;
    return this.store.write(() => taken(() => openChunkOfTasks.first(known), writer));
  }

  async takeOf(run_id: string): Promise<TakenChunk | null> {
    const { writer } = this.store;
    return this.store.write(() => taken(() => openChunkOf.first({ run_id }), writer));
  }

  async record(progress: readonly ChunkProgress[]): Promise<ReadonlyMap<string, ChunkStatus>> {
    const { processId: owner } = this.store.writer;
    // Sorted: whoever else writes several of them does it in the same order.
    const sorted = progress.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    return this.store.write(() => recorded(sorted, owner));
  }

  async execution(id: string): Promise<Execution | null> {
    return this.store.read(() => executionOf(id));
  }
}

function* chunksLeft(run_id: string, members: Membership): Transaction<readonly LeftChunk[]> {
  const rows = yield* chunksOfRun.rows({ run_id });
  const living = yield* members.living(ownersOf(rows));
  return rows.map((row) => ({ ...toNews(row, living), items: row.items }));
}

function* chunkNews(run_id: string, members: Membership): Transaction<readonly ChunkNews[]> {
  const rows = yield* newsOfRun.rows({ run_id });
  const living = yield* members.living(ownersOf(rows));
  return rows.map((row) => toNews(row, living));
}

function* stopChunks(holder: Holder): Transaction<void> {
  yield* withdrawOpen.execute(holder);
  yield* askToStop.execute(holder);
}

function* taken(
  open: () => Transaction<{ id: string } | undefined>,
  { processId: owner }: LedgerWriter,
): Transaction<TakenChunk | null> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const found = yield* open();
    if (!found) return null;
    const row = yield* takeChunk.first({ id: found.id, owner });
    if (row) return { id: row.id, runId: row.run_id, items: row.items };
  }
  return null;
}

function* recorded(progress: readonly ChunkProgress[], owner: string): Transaction<ReadonlyMap<string, ChunkStatus>> {
  const statuses = new Map<string, ChunkStatus>();
  for (const { id, results, hasEnded, failure } of progress) {
    const row = yield* recordChunk.first({
      ...{ id, owner, results: JSON.stringify(results), recorded: results.length },
      ...{ status: hasEnded ? 'ended' : null, failure: failure && JSON.stringify(failure) },
    });
    if (row) statuses.set(id, row.status);
  }
  return statuses;
}

function* executionOf(id: string): Transaction<Execution | null> {
  const row = yield* selectRun.first({ id });
  if (!row || row.finished_at !== null || row.started_at === null) return null;
  return toExecution(row, (yield* knownTasks([row])).get(row.task));
}

function ownersOf(rows: readonly Pick<ChunkRow, 'owner'>[]): string[] {
  return [...new Set(rows.flatMap(({ owner }) => owner ?? []))];
}

type NewsRow = Omit<ChunkRow, 'items' | 'run_id' | 'recorded'>;

function toNews({ id, status, owner, results, counted, failure }: NewsRow, living: ReadonlySet<string>): ChunkNews {
  return {
    ...{ id, status, counted },
    isLost: (status === 'taken' || status === 'stopping') && (owner === null || !living.has(owner)),
    results: toValue<ChunkResult[]>(results) ?? [],
    failure: toValue<RunError>(failure),
  };
}
