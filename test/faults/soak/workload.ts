import type { DataApiModel } from '../server/data-api-model.ts';

const EVERY = 250;
const ORDERS = 25;
const MINUTE = 60_000;

/** New orders and bookings, steadily. */
export class Workload {
  private readonly model: DataApiModel;
  private timer: NodeJS.Timeout | undefined;
  private round = 0;

  constructor(model: DataApiModel) {
    this.model = model;
  }

  start(): void {
    this.timer = setInterval(() => this.add(), EVERY);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  get unfinished(): number {
    return this.model.pendingOrders.length + this.unreminded.length;
  }

  /** Bookings that should have had a reminder. */
  forgotten(): string[] {
    return this.unreminded.map(({ id }) => `booking ${id} was not reminded`);
  }

  private get unreminded() {
    return [...this.model.bookings.values()].filter(({ reminderSent }) => !reminderSent);
  }

  private add(): void {
    this.round++;
    this.model.addNumberedOrders(ORDERS, `order-${this.round}`);
    if (this.round % 4 > 0) return;
    const startsAt = new Date(Date.now() + 50 * MINUTE).toISOString();
    this.model.addBookings([{ id: `booking-${this.round}`, startsAt, reminderSent: false }]);
    // As if the window of an hour had moved on, so that the list stays short.
    for (const { id, reminderSent } of [...this.model.bookings.values()].slice(0, -50)) {
      if (reminderSent) this.model.unlisted.add(id);
    }
  }
}
