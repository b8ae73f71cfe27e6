import type { Compilable } from 'kysely';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RetentionPolicy } from '../run-history.js';
import type { LedgerStore } from '../sqlite/ledger-store.js';
import type { RunsTable } from './ledger.schema.js';
import { queries } from './query-builder.js';
import { changesOf } from './steps.js';

/** Rows of one transaction: a few milliseconds, in which nothing else happens. */
const BATCH = 200;

type Candidate = Pick<RunsTable, 'id' | 'finished_at'>;

/** Deletes what a retention policy does not keep, a little at a time. */
export class HistoryRetention {
  private readonly oldest: number;

  constructor(
    private readonly store: LedgerStore,
    private readonly policy: RetentionPolicy,
    private readonly now: number,
  ) {
    this.oldest = now - policy.maxAge;
  }

  async apply(): Promise<number> {
    const tasks = await this.store.read((db) => db.selectFrom('tasks').select('task').execute());
    let pruned = 0;
    for (const { task } of tasks) pruned += await this.pruneTask(task);
    while (await this.forgetItems()) await nextTurn();
    return pruned;
  }

  private async pruneTask(task: string): Promise<number> {
    const newestTooMany = await this.newestTooMany(task);
    const kept = await this.kept(task);
    let pruned = 0;
    for (let after = ''; ;) {
      await nextTurn();
      const batch = await this.oldestRuns(task, after);
      const expired = batch.filter((run) => !kept.has(run.id) && this.isExpired(run, newestTooMany));
      await this.delete(expired.map(({ id }) => id));
      pruned += expired.length;
      if (expired.length === 0 || batch.length < BATCH) return pruned;
      after = batch.at(-1)?.id ?? '';
    }
  }

  private isExpired(run: Candidate, newestTooMany: string | undefined): boolean {
    // On its way: queued or active.
    if (run.finished_at === null) return false;
    return run.finished_at < this.oldest || (newestTooMany !== undefined && run.id <= newestTooMany);
  }

  private oldestRuns(task: string, after: string): Promise<Candidate[]> {
    return this.store.read((db) =>
      db
        .selectFrom('runs')
        .select(['id', 'finished_at'])
        .where('task', '=', task)
        .where('id', '>', after)
        .orderBy('id')
        .limit(BATCH)
        .execute(),
    );
  }

  private async newestTooMany(task: string): Promise<string | undefined> {
    const run = await this.store.read((db) =>
      db
        .selectFrom('runs')
        .select('id')
        .where('task', '=', task)
        .orderBy('id', 'desc')
        .offset(this.policy.maxRunsPerTask)
        .limit(1)
        .executeTakeFirst(),
    );
    return run?.id;
  }

  /** The last run, for who asks how the task fared, and the newest slot, so that it is not claimed a second time. */
  private async kept(task: string): Promise<ReadonlySet<string | null | undefined>> {
    return this.store.read(async (db) => {
      const known = await db.selectFrom('tasks').select('last_run').where('task', '=', task).executeTakeFirst();
      const newestSlot = await db
        .selectFrom('runs')
        .select('id')
        .where('task', '=', task)
        .where('slot', 'is not', null)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return new Set([known?.last_run, newestSlot?.id]);
    });
  }

  private async delete(runs: readonly string[]): Promise<void> {
    if (runs.length === 0) return;
    // A single run may have a hundred thousand failed items: they do not go with it in one transaction.
    while (await this.deleteFailedItems(runs)) await nextTurn();
    await this.store.write(() => changesOf(queries.deleteFrom('runs').where('id', 'in', runs)));
  }

  private async deleteFailedItems(runs: readonly string[]): Promise<boolean> {
    return this.deleteSome(
      queries
        .deleteFrom('failed_items')
        .where('position', 'in', (some) =>
          some.selectFrom('failed_items').select('position').where('run_id', 'in', runs).limit(BATCH),
        ),
    );
  }

  /** An item that has not failed for so long has probably left its list. */
  private async forgetItems(): Promise<boolean> {
    return this.deleteSome(
      queries.deleteFrom('items').where((item) =>
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

  private async deleteSome(some: Compilable): Promise<boolean> {
    return (await this.store.write(() => changesOf(some))) === BigInt(BATCH);
  }
}
