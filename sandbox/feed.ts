import type { Sandbox } from './sandbox-server.ts';
import { aBooking, anOrder, randomFrom } from './seed.ts';

const EVERY = 2_000;
const MINUTE = 60_000;
/** Of so many new orders one cannot be processed. */
const POISONED = 25;

/** Keeps producing orders and bookings, so that there is something to watch. Returns the function that stops it. */
export function startFeed({ store, knobs }: Sandbox, seed: number): () => void {
  const random = randomFrom(seed);
  const timer = setInterval(() => {
    const now = Date.now();
    store.together(() => {
      for (let left = 1 + Math.floor(random() * 12); left > 0; left--) {
        const id = store.addOrder({ ...anOrder(random), createdAt: now, status: 'pending' });
        if (random() < 1 / POISONED) knobs.poisonedOrders = [...knobs.poisonedOrders.slice(-9), String(id)];
      }
      if (random() < 0.6) {
        store.addBooking({ ...aBooking(random), startsAt: now + random() * 70 * MINUTE, reminded: false });
      }
    });
  }, EVERY);
  return () => clearInterval(timer);
}
