import type { SandboxDatabase } from './sandbox-database.ts';

export interface NewBooking {
  readonly customer: string;
  readonly service: string;
  readonly startsAt: number;
  readonly reminded: boolean;
}

export class BookingTable {
  private readonly database: SandboxDatabase;

  constructor(database: SandboxDatabase) {
    this.database = database;
  }

  /** Returns the id. */
  add({ customer, service, startsAt, reminded }: NewBooking): number {
    const sql = 'INSERT INTO bookings (customer, service, starts_at, times_reminded) VALUES (?, ?, ?, ?)';
    return this.database.run(sql, customer, service, Math.floor(startsAt), Number(reminded)).lastInsertRowid;
  }

  /** Bookings from `start` (inclusive) to `end` (exclusive), soonest first. */
  listStarting(start: number, end: number): unknown[] {
    const sql = `SELECT id, customer, service, starts_at, times_reminded FROM bookings
      WHERE starts_at >= ? AND starts_at < ? ORDER BY starts_at, id`;
    return this.database.all(sql, start, end).map(({ id, customer, service, starts_at, times_reminded }) => ({
      id,
      customer,
      service,
      starts_at: new Date(Number(starts_at)).toISOString(),
      reminder_sent: Number(times_reminded) > 0,
    }));
  }

  /** Sends the reminder, even if it was sent before. Returns false for an unknown booking. */
  remind(id: number): boolean {
    return this.database.run('UPDATE bookings SET times_reminded = times_reminded + 1 WHERE id = ?', id).changes > 0;
  }

  countRemindedTwice(): number {
    return Number(this.database.one('SELECT count(*) AS count FROM bookings WHERE times_reminded > 1')?.['count']);
  }
}
