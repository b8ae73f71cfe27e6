import { KeyTable } from './key-table.ts';
import type { ReceivedRequest } from './received-request.ts';
import type { Reply } from './reply.ts';

export interface Booking {
  readonly id: string;
  readonly startsAt: string;
  reminderSent: boolean;
}

const ROUTES: readonly (readonly [method: string, path: RegExp, route: Route])[] = [
  ['GET', /^\/api\/v1\/orders$/, 'list orders'],
  ['POST', /^\/api\/v1\/orders\/([^/]+)\/process$/, 'process order'],
  ['DELETE', /^\/api\/v1\/orders\/cleanup$/, 'clean up'],
  ['POST', /^\/api\/v1\/sync$/, 'sync'],
  ['GET', /^\/api\/v1\/bookings\/upcoming$/, 'list bookings'],
  ['POST', /^\/api\/v1\/bookings\/([^/]+)\/remind$/, 'remind'],
];

export type Route = 'list orders' | 'process order' | 'clean up' | 'sync' | 'list bookings' | 'remind';

/** The route that a request is for, and its id still encoded; undefined for any other path. */
export function routeOf({ method, path }: ReceivedRequest): { readonly route: Route; readonly id: string } | undefined {
  for (const [routeMethod, pattern, route] of ROUTES) {
    const match = method === routeMethod ? pattern.exec(path) : null;
    if (match) return { route, id: match[1] ?? '' };
  }
  return undefined;
}

/** The Data API in memory, as its OpenAPI document says, with knobs for what it may do wrong. */
export class DataApiModel {
  readonly keys = new KeyTable();
  /** Whether a repeated key gets the first answer; otherwise every request takes effect. */
  honoursKeys = true;
  /** Milliseconds until an operation takes effect and is answered. */
  latency = 0;
  /** Milliseconds that a processed order stays in the list. */
  lag = 0;
  /** Orders that always answer 422. */
  readonly unprocessable = new Set<string>();
  readonly bookings = new Map<string, Booking>();
  /** Bookings of a page; each names the next one by its last id. */
  bookingsPage = Infinity;
  /** Called before a page of bookings is listed. */
  onBookings: () => void = () => undefined;
  /** Bookings that are listed no more, but known. */
  readonly unlisted = new Set<string>();
  /** Requests on no known route, or for an id that does not exist. */
  readonly unexpected: string[] = [];
  private readonly pending = new Map<string, unknown>();
  private readonly allOrders = new Set<string>();
  private readonly withdrawn = new Set<string>();

  addOrders(ids: Iterable<string>): void {
    for (const id of ids) {
      this.allOrders.add(id);
      this.pending.set(id, { id, status: 'pending' });
    }
  }

  /** `count` pending orders with ids like `order-00042`. */
  addNumberedOrders(count: number, prefix = 'order'): readonly string[] {
    const ids = Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(5, '0')}`);
    this.addOrders(ids);
    return ids;
  }

  addBookings(bookings: Iterable<Booking>): void {
    for (const booking of bookings) this.bookings.set(booking.id, booking);
  }

  /** New orders at the head of the list, where every offset moves on. */
  insertOrders(ids: readonly string[]): void {
    const behind = [...this.pending];
    this.pending.clear();
    this.addOrders(ids);
    for (const [id, order] of behind) this.pending.set(id, order);
  }

  /** Somebody else has taken them: they are in no list, and processing them answers 404. */
  withdrawOrders(ids: Iterable<string>): void {
    for (const id of ids) {
      this.pending.delete(id);
      this.allOrders.delete(id);
      this.withdrawn.add(id);
    }
  }

  get orders(): ReadonlySet<string> {
    return this.allOrders;
  }

  get pendingOrders(): readonly string[] {
    return [...this.pending.keys()];
  }

  get processedOrders(): number {
    return [...this.allOrders].filter((id) => this.keys.effectsOf(`process:${id}`) > 0).length;
  }

  answer(request: ReceivedRequest, reply: Reply): void {
    const match = routeOf(request);
    if (!match) return this.refuse(request, reply);
    const id = decodeURIComponent(match.id);
    switch (match.route) {
      case 'list orders':
        return this.later(() => reply.json(200, this.page(request.query)));
      case 'process order':
        return this.process(id, request, reply);
      case 'clean up':
        return this.later(() => reply.json(200, { deleted_count: 3 }));
      case 'sync':
        return this.operate('sync', request, reply, () => ({ synced: 1 }));
      case 'list bookings':
        return this.later(() => reply.json(200, this.bookingPage(request.query.get('cursor') ?? '')));
      case 'remind':
        return this.remind(id, request, reply);
    }
  }

  private get listedBookings(): readonly Booking[] {
    return [...this.bookings.values()].filter(({ id }) => !this.unlisted.has(id));
  }

  private bookingPage(after: string): unknown {
    this.onBookings();
    const found = this.listedBookings.filter(({ id }) => id > after);
    const items = found.slice(0, this.bookingsPage);
    const next = found.length > items.length ? `?cursor=${items.at(-1)?.id}` : null;
    return { items: items.map(toJson), next };
  }

  private page(query: URLSearchParams): unknown {
    const offset = Number(query.get('offset') ?? 0);
    const limit = Number(query.get('limit') ?? 100);
    return { items: [...this.pending.values()].slice(offset, offset + limit), total: this.pending.size };
  }

  private process(id: string, request: ReceivedRequest, reply: Reply): void {
    if (this.withdrawn.has(id)) return this.later(() => reply.json(404, { detail: 'gone' }));
    if (!this.allOrders.has(id)) return this.refuse(request, reply);
    if (this.unprocessable.has(id)) return this.later(() => reply.json(422, { detail: 'cannot be processed' }));
    this.operate(`process:${id}`, request, reply, () => {
      if (this.lag > 0) setTimeout(() => this.pending.delete(id), this.lag).unref();
      else this.pending.delete(id);
      return { id, status: 'processed' };
    });
  }

  private remind(id: string, request: ReceivedRequest, reply: Reply): void {
    const booking = this.bookings.get(id);
    if (!booking) return this.refuse(request, reply);
    this.operate(`remind:${id}:${booking.startsAt}`, request, reply, () => {
      booking.reminderSent = true;
      return { sent: true };
    });
  }

  /** Takes effect once per key, after the latency, whether or not the caller is still there. */
  private operate(operation: string, request: ReceivedRequest, reply: Reply, apply: () => unknown): void {
    const key = request.headers['idempotency-key'];
    if (key === undefined || !this.honoursKeys) {
      return this.later(() => {
        this.keys.effect(operation);
        reply.json(200, apply());
      });
    }
    const { record, admission } = this.keys.admit(key, operation);
    if (admission === 'answered') return this.later(() => reply.json(record.answer!.status, record.answer!.body));
    if (admission !== 'new') return this.later(() => reply.json(409, { detail: `the key is ${admission}` }));
    this.later(() => {
      const body = apply();
      this.keys.effect(operation, record);
      record.answer = { status: 200, body };
      reply.json(200, body);
    });
  }

  private refuse({ method, target }: ReceivedRequest, reply: Reply): void {
    this.unexpected.push(`${method} ${target}`);
    this.later(() => reply.json(404, { detail: 'not found' }));
  }

  private later(action: () => void): void {
    if (this.latency > 0) setTimeout(action, this.latency).unref();
    else action();
  }
}

function toJson({ id, startsAt, reminderSent }: Booking): unknown {
  return { id, starts_at: startsAt, reminder_sent: reminderSent };
}
