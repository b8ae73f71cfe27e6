import { FakeAnswer } from './fake-answer.js';
import type { RoutedRequest } from './fake-routes.js';

const DEFAULT_PAGE_SIZE = 100;

export interface FakeListOptions {
  /** Items of a page, for who does not ask for a `limit`. Default 100. */
  readonly pageSize?: number;
}

/** What answers the requests for a list. The items are looked at anew for each page. */
type ListRoute = (request: RoutedRequest) => unknown;

/** A list that is read by `offset` and `limit`: answers `{ items }`. */
export function offsetList(items: readonly unknown[], options: FakeListOptions = {}): ListRoute {
  return (request) => {
    const offset = numberOf(request, 'offset', 0);
    return { items: items.slice(offset, offset + limitOf(request, options)) };
  };
}

/** A list whose pages name the next one: answers `{ items, next }`, and takes that as `cursor`. */
export function cursorList(items: readonly unknown[], options: FakeListOptions = {}): ListRoute {
  return (request) => {
    const { page, next } = pageAt(items, numberOf(request, 'cursor', 0), limitOf(request, options));
    return { items: page, next: next === undefined ? null : String(next) };
  };
}

/** A list whose pages link to the next one: answers the items, and `Link: <…>; rel="next"`. */
export function linkedList(items: readonly unknown[], options: FakeListOptions = {}): ListRoute {
  return (request) => {
    const { page, next } = pageAt(items, numberOf(request, 'after', 0), limitOf(request, options));
    if (next === undefined) return new FakeAnswer(page);
    const query = new URLSearchParams({ ...(request.query as Record<string, string>), after: String(next) });
    return new FakeAnswer(page, { link: `<http://fake${request.path}?${query.toString()}>; rel="next"` });
  };
}

/**
 * A list that is sorted by a field, and read from a value of it on: answers `{ items }`, those
 * whose `field` is beyond what the query calls `after`.
 */
export function keysetList(
  items: readonly unknown[],
  { field, after = 'after', ...options }: FakeListOptions & { readonly field: string; readonly after?: string },
): ListRoute {
  return (request) => {
    const from = request.query?.[after];
    const keyOf = (item: unknown) => (item as Record<string, string | number>)[field] ?? '';
    const left = from === undefined ? items : items.filter((item) => keyOf(item) > (from as string | number));
    return { items: left.slice(0, limitOf(request, options)) };
  };
}

function pageAt(items: readonly unknown[], start: number, limit: number) {
  const end = start + limit;
  return { page: items.slice(start, end), next: end < items.length ? end : undefined };
}

function limitOf(request: RoutedRequest, { pageSize = DEFAULT_PAGE_SIZE }: FakeListOptions): number {
  return numberOf(request, 'limit', pageSize);
}

function numberOf({ query }: RoutedRequest, name: string, otherwise: number): number {
  const value = query?.[name];
  return value === undefined ? otherwise : Number(value);
}
