import { itemIdOf, itemIdText } from './recorded-text.js';
import { listed } from './sql-dialect.js';
import { changesOf, rowsOf, type Transaction } from './transaction.js';

/** Ids of a run's failed items in the order of their failing: of those named, with that error. */
export function* failedItemsOf(
  run: string,
  named: readonly string[] | null,
  error: string | null,
): Transaction<string[]> {
  const rows = yield* rowsOf((db) =>
    db.selectFrom('failed_items').select(['item_id', 'error']).where('run_id', '=', run).orderBy('position'),
  );
  const wanted = named && new Set(named);
  const fits = rows.filter((row) => error === null || textsOf(row.error).some((text) => text.includes(error)));
  return fits.map(({ item_id }) => itemIdOf(item_id)).filter((id) => wanted?.has(id) ?? true);
}

/** Those of the items that are in quarantine now. */
export function* quarantinedIn(task: string, items: readonly string[], now: number): Transaction<string[]> {
  const ids = idList(items);
  const rows = yield* rowsOf((db, dialect) =>
    db
      .selectFrom('items')
      .select('item_id')
      .where('task', '=', task)
      .where('item_id', 'in', listed(dialect, ids))
      .where('quarantined_until', '>', now),
  );
  return rows.map(({ item_id }) => itemIdOf(item_id));
}

/** The next run tries them; whoever fails again is in quarantine again, for longer. */
export function* liftQuarantine(task: string, items: readonly string[]): Transaction<void> {
  if (items.length === 0) return;
  const ids = idList(items);
  yield* changesOf((db, dialect) =>
    db
      .updateTable('items')
      .set({ quarantined_until: null })
      .where('task', '=', task)
      .where('item_id', 'in', listed(dialect, ids)),
  );
}

function textsOf(error: string): string[] {
  return Object.values(JSON.parse(error) as Record<string, string>);
}

function idList(ids: readonly string[]): string {
  return JSON.stringify(ids.map(itemIdText));
}
