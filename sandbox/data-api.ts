import type { Knobs } from './knobs.ts';
import { RequestError } from './request-error.ts';
import type { Answer, SandboxStore } from './sandbox-store.ts';

export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  /** The `Idempotency-Key`. */
  readonly key: string | undefined;
}

interface Route {
  readonly method: string;
  /** As in the API's description. */
  readonly name: string;
  readonly pattern: RegExp;
  readonly answer: (query: URLSearchParams, id: string) => Answer;
}

/** The operations of the Data API, over a store. */
export class DataApi {
  private readonly routes: readonly Route[];
  private readonly inFlight = new Set<string>();
  private readonly store: SandboxStore;
  private readonly knobs: Knobs;

  constructor(store: SandboxStore, knobs: Knobs) {
    this.store = store;
    this.knobs = knobs;
    this.routes = [
      this.route('DELETE', '/api/v1/orders/cleanup', (query) => this.cleanUp(query)),
      this.route('POST', '/api/v1/sync', () => this.sync()),
      this.route('GET', '/api/v1/orders', (query) => this.listOrders(query)),
      this.route('POST', '/api/v1/orders/{id}/process', (_query, id) => this.processOrder(id)),
      this.route('GET', '/api/v1/bookings/upcoming', (query) => this.listBookings(query)),
      this.route('POST', '/api/v1/bookings/{id}/remind', (_query, id) => this.remind(id)),
    ];
  }

  /** The route's name, for statistics. */
  nameOf({ method, url }: ApiRequest): string {
    const route = this.routes.find((route) => route.method === method && route.pattern.test(url.pathname));
    return route ? `${route.method} ${route.name}` : 'other';
  }

  /** Applies a POST once per key: a repeat gets the first answer, and 409 while the first is still on its way. */
  async answer(request: ApiRequest, delay: Promise<void>): Promise<Answer> {
    const route = this.find(request);
    const { key } = request;
    if (request.method !== 'POST' || !key) return delay.then(() => this.apply(route, request));
    if (this.inFlight.has(key)) throw new RequestError(409, 'in_flight', 'A request with this key is still in flight');
    this.inFlight.add(key);
    try {
      await delay;
      const known = this.store.recall(key);
      if (known) return known;
      const answer = this.apply(route, request);
      this.store.remember(key, request.url.pathname, answer);
      return answer;
    } finally {
      this.inFlight.delete(key);
    }
  }

  private find({ method, url }: ApiRequest): Route {
    const matching = this.routes.filter(({ pattern }) => pattern.test(url.pathname));
    const route = matching.find((route) => route.method === method);
    if (route) return route;
    if (matching.length > 0) throw new RequestError(405, 'method_not_allowed', `${method} is not allowed here`);
    throw new RequestError(404, 'not_found', `There is nothing at ${url.pathname}`);
  }

  private apply({ pattern, answer }: Route, { url }: ApiRequest): Answer {
    const id = pattern.exec(url.pathname)?.[1] ?? '';
    return answer(url.searchParams, decodeURIComponent(id));
  }

  private route(method: string, name: string, answer: Route['answer']): Route {
    return { method, name, pattern: new RegExp(`^${name.replace('{id}', '([^/]+)')}$`), answer };
  }

  private cleanUp(query: URLSearchParams): Answer {
    return ok({ deleted_count: this.store.deleteOrders(instant(query, 'before')) });
  }

  private sync(): Answer {
    if (this.knobs.failNextSyncs > 0) {
      this.knobs.failNextSyncs--;
      throw new RequestError(503, 'unavailable', 'The external system does not answer');
    }
    return ok({ created: 3, updated: 17, unchanged: 1_204 });
  }

  private listOrders(query: URLSearchParams): Answer {
    if (query.get('status') !== 'pending') throw new RequestError(400, 'bad_parameter', 'status has to be pending');
    const offset = integer(query, 'offset', 0, Number.MAX_SAFE_INTEGER, 0);
    const limit = integer(query, 'limit', 1, 1_000, 100);
    const items = this.store.pendingOrders(offset, limit, Date.now());
    return ok({ items, total: this.store.countPendingOrders() });
  }

  private processOrder(id: string): Answer {
    if (this.knobs.poisonedOrders.includes(id)) {
      throw new RequestError(422, 'not_processable', `Order ${id} has no delivery address`);
    }
    const found = this.store.processOrder(id, Date.now() + this.knobs.processLagMs);
    if (!found) throw new RequestError(404, 'not_found', `There is no order ${id}`);
    return ok({ id, status: 'processed' });
  }

  private listBookings(query: URLSearchParams): Answer {
    return ok({ items: this.store.upcomingBookings(instant(query, 'start'), instant(query, 'end')) });
  }

  private remind(id: string): Answer {
    if (this.knobs.failingBookings.includes(id)) throw new RequestError(500, 'mail_failed', 'The mail was not sent');
    if (!this.store.remind(id)) throw new RequestError(404, 'not_found', `There is no booking ${id}`);
    return ok({ id, reminder_sent: true });
  }
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function instant(query: URLSearchParams, name: string): number {
  const time = Date.parse(query.get(name) ?? '');
  if (Number.isNaN(time)) throw new RequestError(400, 'bad_parameter', `${name} has to be a date and time`);
  return time;
}

function integer(query: URLSearchParams, name: string, least: number, most: number, fallback: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new RequestError(400, 'bad_parameter', `${name} has to be a whole number from ${least} to ${most}`);
}
