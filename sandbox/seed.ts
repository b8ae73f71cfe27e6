import type { SandboxStore } from './sandbox-store.ts';

export interface SeedSizes {
  /** Pending orders. Their ids follow those of the old ones, oldest first. */
  readonly orders: number;
  /** Processed orders older than 30 days, for the cleanup: the ids from 1. */
  readonly oldOrders: number;
  /**
   * Bookings of the next hour: the ids from 1. The first `reminded` of them have had their
   * reminder.
   */
  readonly bookings: number;
  readonly reminded: number;
  /** Bookings beyond the next hour, and bookings that have already started. */
  readonly laterBookings: number;
  readonly startedBookings: number;
}

export const DEFAULT_SIZES: SeedSizes = {
  orders: 250,
  oldOrders: 40,
  bookings: 20,
  reminded: 5,
  laterBookings: 10,
  startedBookings: 5,
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CUSTOMERS = ['Ada Marsh', 'Boris Klein', 'Chidi Obi', 'Dana Novák', 'Elif Kaya', 'Farid Haddad', 'Greta Lind'];
const SERVICES = ['haircut', 'dental check', 'yoga class', 'table for two', 'bike repair', 'eye test'];

/** Checks the sizes. Throws a `TypeError` that names the first invalid or unknown one. */
export function readSizes(values: unknown): Partial<SeedSizes> {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new TypeError('expected an object with sizes');
  }
  for (const [name, value] of Object.entries(values) as [string, unknown][]) {
    if (!Object.hasOwn(DEFAULT_SIZES, name)) {
      throw new TypeError(`unknown size ${name}; the sizes are ${Object.keys(DEFAULT_SIZES).join(', ')}`);
    }
    if (!Number.isSafeInteger(value) || (value as number) < 0) throw new TypeError(`${name} must be a whole number`);
  }
  return values;
}

/**
 * Fills an empty store. The same numbers give the same customers, totals and ages, relative to now.
 */
export function seed(store: SandboxStore, sizes: SeedSizes, random: () => number, now: number): void {
  store.together(() => {
    seedOrders(store, sizes, random, now);
    seedBookings(store, sizes, random, now);
  });
}

function seedOrders({ orders }: SandboxStore, sizes: SeedSizes, random: () => number, now: number): void {
  for (let left = sizes.oldOrders; left > 0; left--) {
    orders.add({ ...anOrder(random), createdAt: now - 31 * DAY - random() * 60 * DAY, status: 'processed' });
  }
  // Too recent for the cleanup.
  const gap = Math.min(MINUTE, DAY / Math.max(1, sizes.orders));
  for (let left = sizes.orders; left > 0; left--) {
    orders.add({ ...anOrder(random), createdAt: now - (left - random() * 0.9) * gap, status: 'pending' });
  }
}

function seedBookings({ bookings }: SandboxStore, sizes: SeedSizes, random: () => number, now: number): void {
  for (let index = 0; index < sizes.bookings; index++) {
    // All stay within the next hour, even when it is asked for a few minutes from now.
    const startsAt = now + 10 * MINUTE + (index / sizes.bookings) * 45 * MINUTE;
    bookings.add({ ...aBooking(random), startsAt, reminded: index < sizes.reminded });
  }
  for (let left = sizes.laterBookings; left > 0; left--) {
    bookings.add({ ...aBooking(random), startsAt: now + 2 * HOUR + random() * DAY, reminded: false });
  }
  for (let left = sizes.startedBookings; left > 0; left--) {
    bookings.add({ ...aBooking(random), startsAt: now - MINUTE - random() * HOUR, reminded: random() < 0.5 });
  }
}

export function anOrder(random: () => number): { customer: string; totalCents: number } {
  return { customer: pick(CUSTOMERS, random), totalCents: 500 + Math.floor(random() * 24_500) };
}

export function aBooking(random: () => number): { customer: string; service: string } {
  return { customer: pick(CUSTOMERS, random), service: pick(SERVICES, random) };
}

function pick(words: readonly string[], random: () => number): string {
  return words[Math.floor(random() * words.length)] ?? '';
}
