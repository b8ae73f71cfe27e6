import { randomFrom } from './random.ts';
import type { Sandbox } from './sandbox.ts';
import { aBooking, anOrder } from './seed.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

const EVERY = 2 * SECOND;
/**
 * Ticks between orders that cannot be processed until their address is added. By then they have
 * failed in five runs of the demo and are in quarantine: they wait for a retry, which succeeds.
 */
const POISONED_EVERY = 30;
const FIRST_POISONED = 4;
const POISONED_FOR = 32 * SECOND;
/** The tick of an order whose address is never added: it fails at each retry, too. */
const HOPELESS_AT = 5;
/** Ticks between old orders that are due for the cleanup. */
const AGING_EVERY = 4;

/**
 * Keeps adding orders and bookings, so that there is something to watch. Returns a function that
 * stops the feed.
 */
export function startFeed(sandbox: Sandbox, seed: number): () => void {
  const feed = new Feed(sandbox, randomFrom(seed));
  const timer = setInterval(() => feed.tick(Date.now()), EVERY);
  return () => clearInterval(timer);
}

class Feed {
  private readonly sandbox: Sandbox;
  private readonly random: () => number;
  private poisoned: { readonly id: string; readonly until: number }[] = [];
  private ticks = 0;

  constructor(sandbox: Sandbox, random: () => number) {
    this.sandbox = sandbox;
    this.random = random;
  }

  tick(now: number): void {
    this.ticks++;
    this.sandbox.store.together(() => {
      const ids = this.addOrders(now);
      if (this.ticks % POISONED_EVERY === FIRST_POISONED) this.poison(ids[0], now + POISONED_FOR);
      if (this.ticks === HOPELESS_AT) this.poison(ids[0], Infinity);
      if (this.ticks % AGING_EVERY === 0) this.addAgingOrder(now);
      if (this.random() < 0.6) this.addBooking(now);
    });
    this.heal(now);
  }

  private addOrders(now: number): number[] {
    const count = 1 + Math.floor(this.random() * 12);
    const { orders } = this.sandbox.store;
    return Array.from({ length: count }, () =>
      orders.add({ ...anOrder(this.random), createdAt: now, status: 'pending' }),
    );
  }

  /** It becomes 30 days old within seconds. */
  private addAgingOrder(now: number): void {
    const createdAt = now - 30 * DAY + this.random() * 10 * SECOND;
    this.sandbox.store.orders.add({ ...anOrder(this.random), createdAt, status: 'processed' });
  }

  private addBooking(now: number): void {
    const startsAt = now + this.random() * 70 * MINUTE;
    this.sandbox.store.bookings.add({ ...aBooking(this.random), startsAt, reminded: false });
  }

  private poison(id: number | undefined, until: number): void {
    if (id === undefined) return;
    this.poisoned.push({ id: String(id), until });
    this.sandbox.setKnobs({ poisonedOrders: [...this.sandbox.knobs.poisonedOrders, String(id)] });
  }

  private heal(now: number): void {
    const healed = this.poisoned.filter(({ until }) => until <= now).map(({ id }) => id);
    if (healed.length === 0) return;
    this.poisoned = this.poisoned.filter(({ until }) => until > now);
    const poisonedOrders = this.sandbox.knobs.poisonedOrders.filter((id) => !healed.includes(id));
    this.sandbox.setKnobs({ poisonedOrders });
  }
}
