import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RetentionPolicy } from '../run-history.js';
import { sideRecordDeletions } from './side-records.js';
import type { SqlStore } from './sql-store.js';
import { changesOf, rowsOf, type Transaction } from './transaction.js';

/** Rows of one transaction: a few milliseconds, in which nothing else happens. */
const BATCH = 200;

/** Deletes what a retention policy does not keep, a little at a time. */
export class HistoryRetention {
  private readonly oldest: number;

  constructor(
    private readonly store: SqlStore,
    private readonly policy: RetentionPolicy,
    private readonly now: number,
  ) {
    this.oldest = now - policy.maxAge;
  }

  async apply(): Promise<number> {
    const tasks = await this.store.read(() => rowsOf((db) => db.selectFrom('tasks').select('task')));
    let pruned = 0;
    for (const { task } of tasks) pruned += await this.pruneTask(task);
    await this.deleteInBatches(() => this.forgetItems());
    for (const deletion of sideRecordDeletions(this.oldest, this.now, BATCH)) await this.deleteInBatches(deletion);
    return pruned;
  }

  private async pruneTask(task: string): Promise<number> {
    for (let pruned = 0; ; await nextTurn()) {
      const expired = await this.store.read(() => this.expiredRuns(task));
      if (expired.length === 0) return pruned;
      const ids = expired.map(({ id }) => id);
      // One run may have 100,000 failed items: they do not go with it in one transaction.
      await this.deleteInBatches(() => deleteFailedItems(ids));
      await this.deleteInBatches(() => deleteLogLines(ids));
      await this.store.write(() => changesOf((db) => db.deleteFrom('runs').where('id', 'in', ids)));
      pruned += ids.length;
    }
  }

  /**
   * Among the oldest runs that have ended. The last run is kept for who asks how the task fared,
   * and the newest slot so that it is not claimed again.
   */
  private expiredRuns(task: string): Transaction<{ id: string }[]> {
    return rowsOf((db) => {
      const runs = db.selectFrom('runs').select('id').where('task', '=', task);
      const newestTooMany = runs.orderBy('id', 'desc').offset(this.policy.maxRunsPerTask).limit(1);
      const newestSlot = runs.where('slot', 'is not', null).orderBy('id', 'desc').limit(1);
      const lastRun = db.selectFrom('tasks').select('last_run').where('task', '=', task);
      return db
        .selectFrom(runs.select('finished_at').orderBy('id').limit(BATCH).as('oldest'))
        .select('id')
        .where('finished_at', 'is not', null)
        .where((run) => run.or([run('finished_at', '<', this.oldest), run('id', '<=', newestTooMany)]))
        .where('id', 'is distinct from', newestSlot)
        .where('id', 'is distinct from', lastRun);
    });
  }

  /** An item that has not failed for so long has probably left its list. */
  private forgetItems(): Transaction<bigint> {
    return changesOf((db) =>
      db.deleteFrom('items').where((item) =>
        item.eb(
          item.refTuple('task', 'item_id'),
          'in',
          item
            .selectFrom('items')
            .select(['task', 'item_id'])
            .where('last_failed_at', '<', this.oldest)
            .where((old) => old.or([old('quarantined_until', 'is', null), old('quarantined_until', '<', this.now)]))
            .limit(BATCH)
            .$asTuple('task', 'item_id'),
        ),
      ),
    );
  }

  private async deleteInBatches(deleteSome: () => Transaction<bigint>): Promise<void> {
    while ((await this.store.write(deleteSome)) === BigInt(BATCH)) await nextTurn();
  }
}

function deleteFailedItems(runs: readonly string[]): Transaction<bigint> {
  return changesOf((db) =>
    db
      .deleteFrom('failed_items')
      .where('position', 'in', (some) =>
        some.selectFrom('failed_items').select('position').where('run_id', 'in', runs).limit(BATCH),
      ),
  );
}

function deleteLogLines(runs: readonly string[]): Transaction<bigint> {
  return changesOf((db) =>
    db
      .deleteFrom('run_logs')
      .where('position', 'in', (some) =>
        some.selectFrom('run_logs').select('position').where('run_id', 'in', runs).limit(BATCH),
      ),
  );
}
