import { type Selectable, sql } from 'kysely';
import type { ChunkChanges } from '../chunk-changes.js';
import type { ChunkStatus } from '../chunk-ledger.js';
import type { ChunksTable } from './ledger.schema.js';
import { RowList } from './row-list.js';
import { type Holder, isActive, isHeld } from './run-queries.js';
import { listed } from './sql-dialect.js';
import { PreparedQuery, type Transaction } from './transaction.js';

export type ChunkRow = Selectable<ChunksTable>;

const isOpen = sql<boolean>`chunks.status = 'open'`;
const isInWork = sql<boolean>`chunks.status in ('taken', 'stopping')`;
const isOfActiveRun = sql<boolean>`chunks.run_id in (select id from runs where ${isActive})`;

export const chunksOfRun = new PreparedQuery<{ run_id: string }, ChunkRow>((db, value) =>
  db.selectFrom('chunks').selectAll().where('run_id', '=', value('run_id')).orderBy('id'),
);

/** Without the items; results only where some of them are not counted. */
export const newsOfRun = new PreparedQuery<{ run_id: string }, Omit<ChunkRow, 'items' | 'run_id' | 'recorded'>>(
  (db, value) =>
    db
      .selectFrom('chunks')
      .select(['id', 'status', 'owner', 'counted', 'failure'])
      .select(sql<string | null>`case when recorded > counted then results end`.as('results'))
      .where('run_id', '=', value('run_id')),
);

export const openChunkOf = new PreparedQuery<{ run_id: string }, { id: string }>((db, value, dialect) => ({
  compile: () =>
    sql<{ id: string }>`select id from chunks where run_id = ${value('run_id')} and ${isOpen}
      order by id limit 1 ${dialect.skipLocked ?? sql``}`.compile(db),
}));

const openOfTasks = (locks: boolean) =>
  new PreparedQuery<{ tasks: string }, { id: string }>((db, value, dialect) => ({
    compile: () =>
      sql<{ id: string }>`select id from chunks where ${isOpen} and run_id in
        (select id from runs where ${isActive} and task in ${listed(dialect, value('tasks'))})
        order by id limit 1 ${locks && dialect.skipLocked ? dialect.skipLocked : sql``}`.compile(db),
  }));

export const openChunkOfTasks = openOfTasks(true);

/** The same, where nothing is to be locked, as behind a pooler nothing can be while it reads. */
export const peekOpenChunk = openOfTasks(false);

/** Changes nothing when another process has taken it, or its run has ended. */
export const takeChunk = new PreparedQuery<{ id: string; owner: string }, ChunkRow>((db, value) =>
  db
    .updateTable('chunks')
    .set({ status: 'taken', owner: value('owner') })
    .where('id', '=', value('id'))
    .where(isOpen)
    .where(isOfActiveRun)
    .returningAll(),
);

interface Recorded {
  readonly id: string;
  readonly owner: string;
  readonly results: string;
  readonly recorded: number;
  /** Null: it goes on. */
  readonly status: ChunkStatus | null;
  readonly failure: string | null;
}

/** Changes nothing when the chunk is not the owner's any more, or its run has ended. */
export const recordChunk = new PreparedQuery<Recorded, { status: ChunkStatus }>((db, value) =>
  db
    .updateTable('chunks')
    .set((chunk) => ({
      results: value('results'),
      recorded: value('recorded'),
      status: chunk.fn.coalesce(chunk.val(value('status')), 'status').$notNull(),
      failure: value('failure'),
    }))
    .where('id', '=', value('id'))
    .where('owner', '=', value('owner'))
    .where(isInWork)
    .where(isOfActiveRun)
    .returning('status'),
);

export const withdrawOpen = new PreparedQuery<Holder>((db, value) =>
  db
    .deleteFrom('chunks')
    .where('run_id', 'in', (run) => run.selectFrom('runs').select('id').where(isHeld(value)))
    .where(isOpen),
);

export const askToStop = new PreparedQuery<Holder>((db, value) =>
  db
    .updateTable('chunks')
    .set({ status: 'stopping' })
    .where('run_id', 'in', (run) => run.selectFrom('runs').select('id').where(isHeld(value)))
    .where('status', '=', 'taken'),
);

const newChunks = new RowList<Pick<ChunkRow, 'id' | 'run_id' | 'status' | 'items'>>({
  text: ['id', 'run_id', 'status', 'items'],
  bigint: [],
});

const addChunks = new PreparedQuery<{ chunks: string }>((db, value, dialect) =>
  db
    .insertInto('chunks')
    .columns(newChunks.columns)
    .expression(newChunks.select(dialect, value('chunks'))),
);

const countResults = new PreparedQuery<{ id: string; counted: number }>((db, value) =>
  db
    .updateTable('chunks')
    .set({ counted: value('counted') })
    .where('id', '=', value('id')),
);

const settleChunks = new PreparedQuery<{ ids: string }>((db, value, dialect) =>
  db.deleteFrom('chunks').where('id', 'in', listed(dialect, value('ids'))),
);

const forgetChunks = new PreparedQuery<{ run_id: string }>((db, value) =>
  db.deleteFrom('chunks').where('run_id', '=', value('run_id')),
);

/** By the holder of the run, within the transaction in which it has proved to be that. */
export function* changeChunks(run_id: string, { added, counted, settled }: ChunkChanges): Transaction<void> {
  if (added.length > 0) {
    const rows = added.map(({ id, items }) => ({ id, run_id, status: 'open' as const, items }));
    yield* addChunks.execute({ chunks: newChunks.toJson(rows) });
  }
  for (const chunk of counted.toSorted((one, other) => (one.id < other.id ? -1 : 1)))
    yield* countResults.execute(chunk);
  if (settled.length > 0) yield* settleChunks.execute({ ids: JSON.stringify(settled) });
}

/** The run has ended. */
export function forgetChunksOf(run_id: string): Transaction<boolean> {
  return forgetChunks.execute({ run_id });
}
