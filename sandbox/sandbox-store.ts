import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

export interface Order {
  readonly customer: string;
  readonly totalCents: number;
  readonly createdAt: number;
  readonly status: 'pending' | 'processed';
}

export interface Booking {
  readonly customer: string;
  readonly service: string;
  readonly startsAt: number;
  readonly reminded: boolean;
}

/** An answer as it is remembered under its `Idempotency-Key`. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = OFF;
  CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY, customer TEXT, total_cents INTEGER, created_at INTEGER, status TEXT, listed_until INTEGER
  );
  CREATE INDEX IF NOT EXISTS pending_orders ON orders (id) WHERE listed_until IS NOT NULL;
  CREATE TABLE IF NOT EXISTS bookings (
    id INTEGER PRIMARY KEY, customer TEXT, service TEXT, starts_at INTEGER, reminder_sent INTEGER
  );
  CREATE INDEX IF NOT EXISTS bookings_by_start ON bookings (starts_at);
  CREATE TABLE IF NOT EXISTS keys (
    key TEXT PRIMARY KEY, path TEXT, status INTEGER, body TEXT, requests INTEGER DEFAULT 1
  );
`;

/** Until then a pending order is listed: for ever, as long as nobody processes it. */
const UNPROCESSED = Number.MAX_SAFE_INTEGER;

/** Orders, bookings and the answers given under each key, in a SQLite file. */
export class SandboxStore {
  private readonly database: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  constructor(path: string) {
    this.database = new DatabaseSync(path);
    this.database.exec(SCHEMA);
  }

  close(): void {
    this.database.close();
  }

  clear(): void {
    this.database.exec('DELETE FROM orders; DELETE FROM bookings; DELETE FROM keys');
  }

  together(work: () => void): void {
    this.database.exec('BEGIN');
    work();
    this.database.exec('COMMIT');
  }

  get isEmpty(): boolean {
    return this.one('SELECT id FROM orders UNION ALL SELECT id FROM bookings LIMIT 1') === undefined;
  }

  addOrder({ customer, totalCents, createdAt, status }: Order): number {
    const listed = status === 'pending' ? UNPROCESSED : null;
    const sql = 'INSERT INTO orders (customer, total_cents, created_at, status, listed_until) VALUES (?, ?, ?, ?, ?)';
    return this.run(sql, customer, totalCents, Math.floor(createdAt), status, listed).lastInsertRowid;
  }

  addBooking({ customer, service, startsAt, reminded }: Booking): number {
    const sql = 'INSERT INTO bookings (customer, service, starts_at, reminder_sent) VALUES (?, ?, ?, ?)';
    return this.run(sql, customer, service, Math.floor(startsAt), Number(reminded)).lastInsertRowid;
  }

  pendingOrders(offset: number, limit: number, now: number): unknown[] {
    this.run('UPDATE orders SET listed_until = NULL WHERE listed_until IS NOT NULL AND listed_until <= ?', now);
    const sql = `SELECT id, customer, total_cents, created_at FROM orders
      WHERE listed_until IS NOT NULL ORDER BY id LIMIT ? OFFSET ?`;
    return this.all(sql, limit, offset).map(({ created_at, ...order }) => ({
      ...order,
      status: 'pending',
      created_at: toIso(created_at),
    }));
  }

  countPendingOrders(): number {
    return Number(this.one('SELECT count(*) AS count FROM orders WHERE listed_until IS NOT NULL')?.['count']);
  }

  /** False when there is no such order. */
  processOrder(id: string, listedUntil: number): boolean {
    const listed = listedUntil > Date.now() ? listedUntil : null;
    return this.run("UPDATE orders SET status = 'processed', listed_until = ? WHERE id = ?", listed, id).changes > 0;
  }

  deleteOrders(before: number): number {
    return this.run('DELETE FROM orders WHERE created_at < ?', before).changes;
  }

  upcomingBookings(start: number, end: number): unknown[] {
    const sql = `SELECT id, customer, service, starts_at, reminder_sent FROM bookings
      WHERE starts_at >= ? AND starts_at < ? ORDER BY starts_at, id`;
    return this.all(sql, start, end).map(({ starts_at, reminder_sent, ...booking }) => ({
      ...booking,
      starts_at: toIso(starts_at),
      reminder_sent: reminder_sent === 1,
    }));
  }

  remind(id: string): boolean {
    return this.run('UPDATE bookings SET reminder_sent = 1 WHERE id = ?', id).changes > 0;
  }

  /** The answer that was given under the key before; counts the repeat. */
  recall(key: string): Answer | undefined {
    const row = this.one('UPDATE keys SET requests = requests + 1 WHERE key = ? RETURNING status, body', key);
    return row && { status: Number(row['status']), body: JSON.parse(String(row['body'])) as unknown };
  }

  remember(key: string, path: string, { status, body }: Answer): void {
    this.run('INSERT INTO keys (key, path, status, body) VALUES (?, ?, ?, ?)', key, path, status, JSON.stringify(body));
  }

  /** Effects are the keys; repeats the requests that came again with one of them. */
  countKeys(): { effects: number; repeats: number } {
    const row = this.one('SELECT count(*) AS effects, coalesce(sum(requests - 1), 0) AS repeats FROM keys');
    return { effects: Number(row?.['effects']), repeats: Number(row?.['repeats']) };
  }

  private run(sql: string, ...values: SQLInputValue[]): { changes: number; lastInsertRowid: number } {
    const { changes, lastInsertRowid } = this.statement(sql).run(...values);
    return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
  }

  private one(sql: string, ...values: SQLInputValue[]) {
    return this.statement(sql).get(...values);
  }

  private all(sql: string, ...values: SQLInputValue[]) {
    return this.statement(sql).all(...values);
  }

  private statement(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (!statement) this.statements.set(sql, (statement = this.database.prepare(sql)));
    return statement;
  }
}

function toIso(instant: unknown): string {
  return new Date(Number(instant)).toISOString();
}
