import type { Insertable } from 'kysely';
import type { Checkpoint, ItemFailure } from '../run-ledger.js';
import type { ItemsTable } from './ledger.schema.js';
import { PreparedQuery } from './prepared-query.js';
import { quarantinedUntil } from './quarantine.js';
import { cutMessage, errorText, itemIdText } from './recorded-text.js';
import { listed } from './run-queries.js';
import type { Steps } from './steps.js';

const CRASHED = 'The process ended while it was in work';

const recordedItems = new PreparedQuery<{ task: string; ids: string }, ItemsTable>((db, value) =>
  db
    .selectFrom('items')
    .selectAll()
    .where('task', '=', value('task'))
    .where('item_id', 'in', listed(value('ids'))),
);

const forgetItems = new PreparedQuery<{ task: string; ids: string }>((db, value) =>
  db
    .deleteFrom('items')
    .where('task', '=', value('task'))
    .where('item_id', 'in', listed(value('ids'))),
);

const recordItem = new PreparedQuery<Insertable<ItemsTable>>((db, value) =>
  db
    .insertInto('items')
    .values({
      task: value('task'),
      item_id: value('item_id'),
      failed_runs: value('failed_runs'),
      crashes: value('crashes'),
      first_failed_at: value('first_failed_at'),
      last_failed_at: value('last_failed_at'),
      last_error: value('last_error'),
      last_failed_run: value('last_failed_run'),
      quarantined_until: value('quarantined_until'),
    })
    .onConflict((conflict) =>
      conflict.columns(['task', 'item_id']).doUpdateSet({
        failed_runs: value('failed_runs'),
        crashes: value('crashes'),
        last_failed_at: value('last_failed_at'),
        last_error: value('last_error'),
        last_failed_run: value('last_failed_run'),
        quarantined_until: value('quarantined_until'),
      }),
    ),
);

/** A further failure of the same item, in a later attempt of the run, keeps its place in the order. */
const recordFailedItem = new PreparedQuery<{ run_id: string; item_id: string; error: string; attempts: number }>(
  (db, value) =>
    db
      .insertInto('failed_items')
      .values({
        run_id: value('run_id'),
        item_id: value('item_id'),
        error: value('error'),
        attempts: value('attempts'),
      })
      .onConflict((conflict) =>
        conflict.columns(['run_id', 'item_id']).doUpdateSet({ error: value('error'), attempts: value('attempts') }),
      ),
);

/** What failed in an earlier attempt of the run and is done now did not fail in the run. */
const withdrawFailures = new PreparedQuery<{ run_id: string; ids: string }>((db, value) =>
  db
    .deleteFrom('failed_items')
    .where('run_id', '=', value('run_id'))
    .where('item_id', 'in', listed(value('ids'))),
);

/** What is remembered of one task's troubled items, changed within a transaction. */
export class ItemMemory {
  constructor(
    private readonly task: string,
    private readonly now: number,
  ) {}

  *update(runId: string, { failures, recovered }: Checkpoint): Steps<void> {
    if (failures.length > 0) yield* this.recordFailures(runId, failures);
    if (recovered.length > 0) {
      const ids = idList(recovered);
      yield* forgetItems.execute({ task: this.task, ids });
      yield* withdrawFailures.execute({ run_id: runId, ids });
    }
  }

  *recordCrashes(ids: readonly string[]): Steps<void> {
    const known = yield* this.recorded(ids);
    for (const id of ids) {
      const record = known.get(itemIdText(id)) ?? this.fresh(id);
      yield* this.save({ ...record, crashes: record.crashes + 1, last_error: CRASHED });
    }
  }

  private *recordFailures(runId: string, failures: readonly ItemFailure[]): Steps<void> {
    for (const { id, error, attempts } of failures) {
      const failure = { run_id: runId, item_id: itemIdText(id), error: errorText(error), attempts };
      yield* recordFailedItem.execute(failure);
    }
    const tried = failures.filter(({ attempts }) => attempts > 0);
    if (tried.length === 0) return;
    const known = yield* this.recorded(tried.map(({ id }) => id));
    for (const { id, error } of tried) {
      const record = known.get(itemIdText(id)) ?? this.fresh(id);
      // A run that is resumed may fail with the same item again; the process has survived it, whatever came before.
      const failedRuns = record.failed_runs + (record.last_failed_run === runId ? 0 : 1);
      const last_error = cutMessage(error.message);
      yield* this.save({ ...record, failed_runs: failedRuns, crashes: 0, last_failed_run: runId, last_error });
    }
  }

  private *recorded(ids: readonly string[]): Steps<Map<string, ItemsTable>> {
    const rows = yield* recordedItems.rows({ task: this.task, ids: idList(ids) });
    return new Map(rows.map((row) => [row.item_id, row]));
  }

  private fresh(id: string): ItemsTable {
    return {
      task: this.task,
      item_id: itemIdText(id),
      failed_runs: 0,
      crashes: 0,
      first_failed_at: this.now,
      last_failed_at: this.now,
      last_error: '',
      last_failed_run: null,
      quarantined_until: null,
    };
  }

  private *save(record: ItemsTable): Steps<void> {
    const quarantined_until = quarantinedUntil(record, this.now);
    yield* recordItem.execute({ ...record, last_failed_at: this.now, quarantined_until });
  }
}

function idList(ids: readonly string[]): string {
  return JSON.stringify(ids.map(itemIdText));
}
