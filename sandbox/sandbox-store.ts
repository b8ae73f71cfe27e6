import { BookingTable } from './booking-table.ts';
import { KeyTable } from './key-table.ts';
import { OrderTable } from './order-table.ts';
import { SandboxDatabase } from './sandbox-database.ts';

// AUTOINCREMENT: an id that the cleanup freed must not be used again, because the key of its
// operation is remembered.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT, customer TEXT, total_cents INTEGER, created_at INTEGER,
    times_processed INTEGER, listed_until INTEGER, synced INTEGER
  );
  CREATE INDEX IF NOT EXISTS listed_orders ON orders (id) WHERE listed_until IS NOT NULL;
  CREATE INDEX IF NOT EXISTS lingering_orders ON orders (listed_until)
    WHERE listed_until IS NOT NULL AND times_processed > 0;
  CREATE INDEX IF NOT EXISTS orders_by_age ON orders (created_at);
  CREATE TABLE IF NOT EXISTS bookings (
    id INTEGER PRIMARY KEY AUTOINCREMENT, customer TEXT, service TEXT, starts_at INTEGER, times_reminded INTEGER
  );
  CREATE INDEX IF NOT EXISTS bookings_by_start ON bookings (starts_at);
  CREATE TABLE IF NOT EXISTS keys (
    key TEXT PRIMARY KEY, method TEXT, path TEXT, requests INTEGER, effects INTEGER, repeats INTEGER,
    status INTEGER, body TEXT
  ) WITHOUT ROWID;
`;

/** The data of the sandbox: orders, bookings, and the answers under each `Idempotency-Key`. */
export class SandboxStore {
  readonly orders: OrderTable;
  readonly bookings: BookingTable;
  readonly keys: KeyTable;
  private readonly database: SandboxDatabase;

  constructor(path: string) {
    this.database = new SandboxDatabase(path, SCHEMA);
    this.orders = new OrderTable(this.database);
    this.bookings = new BookingTable(this.database);
    this.keys = new KeyTable(this.database);
  }

  get isEmpty(): boolean {
    return this.database.one('SELECT id FROM orders UNION ALL SELECT id FROM bookings LIMIT 1') === undefined;
  }

  /** In one commit. Does not nest. */
  together<T>(work: () => T): T {
    return this.database.transaction(work);
  }

  clear(): void {
    this.database.execute('DELETE FROM orders; DELETE FROM bookings; DELETE FROM keys; DELETE FROM sqlite_sequence');
    this.orders.recount();
  }

  close(): void {
    this.database.close();
  }
}
