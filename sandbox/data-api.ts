import { type Answer, ok } from './answer.ts';
import { exampleRoutes } from './example-routes.ts';
import type { Knobs } from './knobs.ts';
import { badParameter, instant, integer } from './parameters.ts';
import { RequestError } from './request-error.ts';
import { type Route, route } from './route.ts';
import type { SandboxStore } from './sandbox-store.ts';

/** An operation of the API as one request asks for it. */
export interface Operation {
  /** For statistics: `POST /api/v1/orders/{id}/process`. */
  readonly name: string;
  apply(): Answer;
}

/** The operations of the Data API, over a store. */
export class DataApi {
  private readonly store: SandboxStore;
  private readonly knobs: Knobs;
  private readonly routes: readonly Route[];

  constructor(store: SandboxStore, knobs: Knobs) {
    this.store = store;
    this.knobs = knobs;
    this.routes = [
      route('POST', '/api/v1/orders/{id}/process', (_query, id) => this.processOrder(id)),
      route('GET', '/api/v1/orders', (query) => this.listOrders(query)),
      route('POST', '/api/v1/bookings/{id}/remind', (_query, id) => this.remind(id)),
      route('GET', '/api/v1/bookings/upcoming', (query) => this.listBookings(query)),
      route('DELETE', '/api/v1/orders/cleanup', (query) => this.cleanUp(query)),
      route('POST', '/api/v1/sync', () => this.sync()),
      ...exampleRoutes(Date.now()),
    ];
  }

  /** Throws a 404 or 405 for an unknown operation, and a 400 for an id that cannot be decoded. */
  find(method: string, path: string, query: string, authorization?: string): Operation {
    for (const route of this.routes) {
      const match = method === route.method ? route.pattern.exec(path) : null;
      if (!match) continue;
      const id = decode(match[1] ?? '');
      const apply = () => route.answer(new URLSearchParams(query), id, authorization);
      return { name: `${method} ${route.name}`, apply };
    }
    const allowed = this.routes.filter(({ pattern }) => pattern.test(path)).map((route) => route.method);
    if (allowed.length === 0) throw new RequestError(404, 'not_found', `Nothing at ${path}`);
    const headers = { Allow: allowed.join(', ') };
    throw new RequestError(405, 'method_not_allowed', `${method} is not allowed at ${path}`, headers);
  }

  private cleanUp(query: URLSearchParams): Answer {
    return ok({ deleted_count: this.store.orders.deleteOlderThan(instant(query, 'before')) });
  }

  private sync(): Answer {
    if (this.knobs.failNextSyncs > 0) {
      this.knobs.failNextSyncs--;
      throw new RequestError(this.knobs.failSyncStatus, 'sync_failed', 'The external system does not answer');
    }
    const start = performance.now();
    const changes = this.store.orders.sync();
    return ok({ ...changes, durationMs: Math.ceil(performance.now() - start) });
  }

  private listOrders(query: URLSearchParams): Answer {
    if (query.get('status') !== 'pending') throw badParameter('status must be pending');
    const offset = integer(query, 'offset', 0, Number.MAX_SAFE_INTEGER, 0);
    const limit = integer(query, 'limit', 1, 1_000, 100);
    const { orders } = this.store;
    return ok({ items: orders.listPending(offset, limit), total: orders.pending });
  }

  private processOrder(id: string): Answer {
    const { poisonedOrders, processLagMs } = this.knobs;
    if (poisonedOrders.includes(id)) {
      throw new RequestError(422, 'not_processable', `Order ${id} has no delivery address`);
    }
    if (isId(id) && this.store.orders.process(Number(id), processLagMs)) return ok({ id, status: 'processed' });
    throw new RequestError(404, 'not_found', `Order ${id} does not exist`);
  }

  private listBookings(query: URLSearchParams): Answer {
    const start = instant(query, 'start');
    const end = instant(query, 'end');
    if (end < start) throw badParameter('end must not be before start');
    return ok({ items: this.store.bookings.listStarting(start, end) });
  }

  private remind(id: string): Answer {
    if (this.knobs.failingBookings.includes(id)) throw new RequestError(500, 'mail_failed', 'The mail was not sent');
    if (isId(id) && this.store.bookings.remind(Number(id))) return ok({ id, reminder_sent: true });
    throw new RequestError(404, 'not_found', `Booking ${id} does not exist`);
  }
}

/** An id has one spelling: SQLite would take `1e1` and `010` for 10. */
function isId(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badParameter('The path is not valid percent-encoded UTF-8');
  }
}
