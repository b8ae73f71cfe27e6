import { type Answer, ok } from './answer.ts';
import { instant, integer } from './parameters.ts';
import { RequestError } from './request-error.ts';
import { type Route, route } from './route.ts';

const MINUTE = 60_000;
const PAGE_SIZE = 50;

interface Item {
  readonly id: string;
}

/**
 * What the tasks of `examples/` talk to, besides orders and bookings: lists by cursor and by time,
 * an API behind OAuth at `/billing`, and a gateway for webhooks at `/hooks`. In memory, always the
 * same.
 */
export function exampleRoutes(now: number): readonly Route[] {
  const ago = (minutes: number) => new Date(now - minutes * MINUTE).toISOString();
  const tickets = listOf(250, 't', (index) => ({ state: 'solved', idle_days: index % 28 }));
  const invoices = listOf(120, 'i', (index) => ({ order: `o-${index}`, total: 100 + index }));
  const customers = listOf(150, 'c', (index) => ({ name: `Customer ${index}`, changed_at: ago(200 - index) }));
  const events = listOf(8, 'e', (index) => ({ at: ago(60 - index) }));
  const subscribers = listOf(5, 's', () => ({}));
  const changed = (all: readonly Item[], id: string) => {
    if (all.some((item) => item.id === id)) return ok({ id });
    throw new RequestError(404, 'not_found', `${id} does not exist`);
  };
  return [
    route('POST', '/oauth/token', () => ok({ access_token: TOKEN, token_type: 'Bearer', expires_in: 3_600 })),
    route('GET', '/api/v1/tickets', (query) => page(tickets, query)),
    route('PATCH', '/api/v1/tickets/{id}', (_, id) => changed(tickets, id)),
    route(
      'GET',
      '/billing/invoices',
      behindOAuth((query) => page(invoices, query)),
    ),
    route(
      'PATCH',
      '/billing/invoices/{id}',
      behindOAuth((_, id) => changed(invoices, id)),
    ),
    route('PATCH', '/api/v1/orders/{id}', (_, id) => ok({ id })),
    route('GET', '/api/v1/customers', (query) => {
      const since = query.has('since') ? instant(query, 'since') : -Infinity;
      const limit = integer(query, 'limit', 1, 1_000, 100);
      return ok({ items: customers.filter(({ changed_at }) => Date.parse(changed_at) > since).slice(0, limit) });
    }),
    route(
      'PUT',
      '/billing/customers/{id}',
      behindOAuth((_, id) => changed(customers, id)),
    ),
    route('POST', '/api/v1/imports', () => ok({ orders: 12 })),
    route('POST', '/api/v1/reports', () => ok({})),
    route('GET', '/api/v1/events', (query) => {
      const since = query.has('since') ? instant(query, 'since') : -Infinity;
      const until = instant(query, 'until');
      return ok({ items: events.filter(({ at }) => Date.parse(at) >= since && Date.parse(at) < until) });
    }),
    route('GET', '/api/v1/subscribers', () => ok({ items: subscribers })),
    route('POST', '/hooks/subscribers/{id}', (_, id) => changed(subscribers, id)),
  ];
}

/** The token endpoint gives it to everybody. */
const TOKEN = 'sandbox-token';

function behindOAuth(answer: Route['answer']): Route['answer'] {
  return (query, id, authorization) => {
    if (authorization === `Bearer ${TOKEN}`) return answer(query, id, authorization);
    throw new RequestError(401, 'unauthorized', 'Get a token by client credentials: POST /oauth/token');
  };
}

function page(all: readonly Item[], query: URLSearchParams): Answer {
  const from = integer(query, 'cursor', 0, all.length, 0);
  const next = from + PAGE_SIZE < all.length ? String(from + PAGE_SIZE) : null;
  return ok({ items: all.slice(from, from + PAGE_SIZE), next });
}

function listOf<T>(count: number, letter: string, fields: (index: number) => T): (T & Item)[] {
  return Array.from({ length: count }, (_, index) => ({ id: `${letter}-${index}`, ...fields(index) }));
}
