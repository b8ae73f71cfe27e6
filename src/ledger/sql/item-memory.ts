import type { Insertable } from 'kysely';
import type { Checkpoint, ItemFailure } from '../run-ledger.js';
import type { FailedItemsTable, ItemsTable } from './ledger.schema.js';
import { PreparedQuery, type Transaction } from './transaction.js';
import { quarantinedUntil } from './quarantine.js';
import { cutMessage, errorText, itemIdText } from './recorded-text.js';
import { RowList } from './row-list.js';
import { listed } from './sql-dialect.js';

const CRASHED = 'The process ended while it was in work';

const failedItems = new RowList<Insertable<FailedItemsTable>>({
  text: ['run_id', 'item_id', 'error'],
  bigint: ['attempts'],
});

const items = new RowList<ItemsTable>({
  text: ['task', 'item_id', 'last_error', 'last_failed_run'],
  bigint: ['failed_runs', 'crashes', 'first_failed_at', 'last_failed_at', 'quarantined_until'],
});

const selectItems = new PreparedQuery<{ task: string; ids: string }, ItemsTable>((db, value, dialect) =>
  db
    .selectFrom('items')
    .selectAll()
    .where('task', '=', value('task'))
    .where('item_id', 'in', listed(dialect, value('ids'))),
);

const forgetItems = new PreparedQuery<{ task: string; ids: string }>((db, value, dialect) =>
  db
    .deleteFrom('items')
    .where('task', '=', value('task'))
    .where('item_id', 'in', listed(dialect, value('ids'))),
);

const saveItems = items.upsert(
  'items',
  ['task', 'item_id'],
  ['failed_runs', 'crashes', 'last_failed_at', 'last_error', 'last_failed_run', 'quarantined_until'],
);

/** A further failure of the item, in a later attempt of the run, keeps its place in the order. */
const saveFailedItems = failedItems.upsert('failed_items', ['run_id', 'item_id'], ['error', 'attempts']);

/** What failed in an earlier attempt of the run and is done now did not fail in the run. */
const withdrawFailures = new PreparedQuery<{ run_id: string; ids: string }>((db, value, dialect) =>
  db
    .deleteFrom('failed_items')
    .where('run_id', '=', value('run_id'))
    .where('item_id', 'in', listed(dialect, value('ids'))),
);

/** What is remembered of one task's troubled items, changed within a transaction. */
export class ItemMemory {
  constructor(
    private readonly task: string,
    private readonly now: number,
  ) {}

  *update(runId: string, { failures, recovered }: Checkpoint): Transaction<void> {
    if (failures.length > 0) yield* this.recordFailures(runId, failures);
    if (recovered.length > 0) {
      const ids = idList(recovered);
      yield* forgetItems.execute({ task: this.task, ids });
      yield* withdrawFailures.execute({ run_id: runId, ids });
    }
  }

  recordCrashes(ids: readonly string[]): Transaction<void> {
    return this.change([...new Set(ids.map(itemIdText))], (record) => ({
      ...record,
      crashes: record.crashes + 1,
      last_error: CRASHED,
    }));
  }

  private *recordFailures(runId: string, failures: readonly ItemFailure[]): Transaction<void> {
    // By id: PostgreSQL refuses to write a row twice in one statement. The last failure counts.
    const failed = new Map(failures.map((failure) => [itemIdText(failure.id), failure]));
    const rows = [...failed].flatMap(([item_id, { error, attempts, unlisted }]) =>
      unlisted ? [] : { run_id: runId, item_id, error: errorText(error), attempts },
    );
    if (rows.length > 0) yield* saveFailedItems.execute({ rows: failedItems.toJson(rows) });
    const tried = [...failed].flatMap(([id, { attempts }]) => (attempts > 0 ? id : []));
    yield* this.change(tried, (record) => ({
      ...record,
      // A run that is resumed may fail with the same item again.
      failed_runs: record.failed_runs + (record.last_failed_run === runId ? 0 : 1),
      // The process has survived it, whatever came before.
      crashes: 0,
      last_failed_run: runId,
      last_error: cutMessage(failed.get(record.item_id)!.error.message),
    }));
  }

  private *change(ids: readonly string[], change: (record: ItemsTable) => ItemsTable): Transaction<void> {
    if (ids.length === 0) return;
    const rows = yield* selectItems.rows({ task: this.task, ids: JSON.stringify(ids) });
    const known = new Map(rows.map((row) => [row.item_id, row]));
    const changed = ids.map((id) => {
      const record = change(known.get(id) ?? this.fresh(id));
      return { ...record, last_failed_at: this.now, quarantined_until: quarantinedUntil(record, this.now) };
    });
    yield* saveItems.execute({ rows: items.toJson(changed) });
  }

  private fresh(item_id: string): ItemsTable {
    return {
      task: this.task,
      item_id,
      failed_runs: 0,
      crashes: 0,
      first_failed_at: this.now,
      last_failed_at: this.now,
      last_error: '',
      last_failed_run: null,
      quarantined_until: null,
    };
  }
}

function idList(ids: readonly string[]): string {
  return JSON.stringify(ids.map(itemIdText));
}
