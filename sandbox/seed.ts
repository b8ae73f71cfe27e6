import type { SandboxStore } from './sandbox-store.ts';

export interface SeedSizes {
  /** Pending orders. */
  readonly orders: number;
  /** Upcoming bookings within the hour, and how many of them were reminded already. */
  readonly bookings: number;
  readonly reminded: number;
  /** Finished orders older than 30 days, for the cleanup. */
  readonly oldOrders: number;
}

export const DEFAULT_SIZES: SeedSizes = { orders: 250, bookings: 20, reminded: 5, oldOrders: 40 };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const CUSTOMERS = ['Ada Marsh', 'Boris Klein', 'Chidi Obi', 'Dana Novák', 'Elif Kaya', 'Farid Haddad', 'Greta Lind'];
const SERVICES = ['haircut', 'dental check', 'yoga class', 'table for two', 'bike repair', 'eye test'];

/** Fills an empty store. The same seed gives the same customers, totals and ages, relative to now. */
export function seed(store: SandboxStore, sizes: SeedSizes, random: () => number, now: number): void {
  store.together(() => {
    for (let left = sizes.oldOrders; left > 0; left--) {
      store.addOrder({ ...anOrder(random), createdAt: now - 31 * DAY - random() * 60 * DAY, status: 'processed' });
    }
    for (let left = sizes.orders; left > 0; left--) {
      store.addOrder({ ...anOrder(random), createdAt: now - left * 1_000 - random() * 900, status: 'pending' });
    }
    for (let index = 0; index < sizes.bookings; index++) {
      // All within the window of the next hour, also a few minutes from now.
      const startsAt = now + 10 * MINUTE + (index / sizes.bookings) * 45 * MINUTE;
      store.addBooking({ ...aBooking(random), startsAt, reminded: index < sizes.reminded });
    }
  });
}

export function anOrder(random: () => number): { customer: string; totalCents: number } {
  return { customer: pick(CUSTOMERS, random), totalCents: 500 + Math.floor(random() * 24_500) };
}

export function aBooking(random: () => number): { customer: string; service: string } {
  return { customer: pick(CUSTOMERS, random), service: pick(SERVICES, random) };
}

/** Numbers from 0 to 1 that a seed determines (mulberry32). */
export function randomFrom(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pick(words: readonly string[], random: () => number): string {
  return words[Math.floor(random() * words.length)] ?? '';
}
