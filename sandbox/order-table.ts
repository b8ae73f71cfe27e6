import type { SandboxDatabase } from './sandbox-database.ts';

export interface NewOrder {
  readonly customer: string;
  readonly totalCents: number;
  /** Milliseconds since the Unix epoch, like every instant here. */
  readonly createdAt: number;
  readonly status: 'pending' | 'processed';
}

/** `listed_until` of an order that has not been processed. */
const UNPROCESSED = Number.MAX_SAFE_INTEGER;

/**
 * `synced`: null when the external system does not have the order, 0 when the order has changed
 * since the last sync, 1 when both agree.
 */
export class OrderTable {
  private readonly database: SandboxDatabase;
  /** Cached: SQLite would scan the whole list to count the `total` of every page. */
  private listed = 0;

  constructor(database: SandboxDatabase) {
    this.database = database;
    this.recount();
  }

  get pending(): number {
    this.unlist(Date.now());
    return this.listed;
  }

  /** Returns the id. */
  add({ customer, totalCents, createdAt, status }: NewOrder): number {
    const pending = status === 'pending';
    if (pending) this.listed++;
    return this.database.run(
      'INSERT INTO orders (customer, total_cents, created_at, times_processed, listed_until) VALUES (?, ?, ?, ?, ?)',
      customer,
      totalCents,
      Math.floor(createdAt),
      pending ? 0 : 1,
      pending ? UNPROCESSED : null,
    ).lastInsertRowid;
  }

  /** Oldest first. */
  listPending(offset: number, limit: number): unknown[] {
    this.unlist(Date.now());
    const sql = `SELECT id, customer, total_cents, created_at FROM orders
      WHERE listed_until IS NOT NULL ORDER BY id LIMIT ? OFFSET ?`;
    return this.database.all(sql, limit, offset).map(({ id, customer, total_cents, created_at }) => ({
      id,
      status: 'pending',
      customer,
      total_cents,
      created_at: new Date(Number(created_at)).toISOString(),
    }));
  }

  /**
   * Processes an order, even if it was processed before: only a key protects it from that. It stays
   * listed for another `lag` milliseconds. Returns false for an unknown order.
   */
  process(id: number, lag: number): boolean {
    const row = this.database.one(
      `UPDATE orders SET times_processed = times_processed + 1,
        listed_until = CASE WHEN times_processed = 0 THEN ? ELSE listed_until END,
        synced = CASE synced WHEN 1 THEN 0 ELSE synced END
      WHERE id = ? RETURNING times_processed`,
      lag > 0 ? Date.now() + lag : null,
      id,
    );
    if (row?.['times_processed'] === 1 && lag === 0) this.listed--;
    return row !== undefined;
  }

  /** Returns the number of deleted orders, pending or not. */
  deleteOlderThan(instant: number): number {
    const { changes } = this.database.run('DELETE FROM orders WHERE created_at < ?', instant);
    if (changes > 0) this.recount();
    return changes;
  }

  /** Brings the external system up to date and returns what has changed. */
  sync(): { created: number; updated: number; unchanged: number } {
    const created = this.database.run('UPDATE orders SET synced = 1 WHERE synced IS NULL').changes;
    const updated = this.database.run('UPDATE orders SET synced = 1 WHERE synced = 0').changes;
    const total = Number(this.database.one('SELECT count(*) AS count FROM orders')?.['count']);
    return { created, updated, unchanged: total - created - updated };
  }

  countProcessedTwice(): number {
    return Number(this.database.one('SELECT count(*) AS count FROM orders WHERE times_processed > 1')?.['count']);
  }

  recount(): void {
    const row = this.database.one('SELECT count(*) AS count FROM orders WHERE listed_until IS NOT NULL');
    this.listed = Number(row?.['count']);
  }

  /** Removes orders whose lag is over from the list. */
  private unlist(now: number): void {
    const sql = `UPDATE orders SET listed_until = NULL
      WHERE listed_until IS NOT NULL AND times_processed > 0 AND listed_until <= ?`;
    this.listed -= this.database.run(sql, now).changes;
  }
}
