import type { z } from 'zod';
import { currentRunScope } from '../worker/execution/run-scope.js';
import { anyAnswer } from './answer/any-answer.js';
import type { DataApiAnswer } from './answer/data-api.answer.js';
import { type BulkResult, bulkKey, idOfItem, type ItemResults, resultsOf } from './bulk.js';
import type { ChangeOptions, MethodOptions, PostOptions, RequestOptions } from './request/request-options.js';

const NOT_MODIFIED = 304;

/** A value, and what to ask for a later one with. */
export interface Versioned<T> {
  readonly value: T;
  /** Undefined where the API names no version. */
  readonly etag: string | undefined;
}

export interface BulkOptions<Item> extends Omit<PostOptions, 'body'> {
  /** What is sent for these items, as the `body` of a POST is. */
  readonly body: (items: readonly Item[]) => unknown;
  /** Default: the item's `id`, or the item itself where it is a text or an integer. */
  readonly idOf?: (item: Item) => string;
}

/** The verbs of an HTTP API, each with one object of options, above the one way to request. */
export abstract class DataApiVerbs {
  /**
   * A request whose answer matters as a whole: its status, its headers, and its value. `get` and
   * the others resolve with the value alone.
   */
  abstract answer<M extends keyof MethodOptions, T>(
    method: M,
    path: string,
    schema: z.ZodType<T>,
    options: MethodOptions[M],
  ): Promise<DataApiAnswer<T>>;

  async get<T>(path: string, schema: z.ZodType<T>, options: RequestOptions = {}): Promise<T> {
    return (await this.answer('GET', path, schema, options)).value;
  }

  /**
   * Resolves with undefined when the API says that it is still the version of this `etag`, which
   * costs neither side the body. Without an `etag`, and for an API that ignores it: a plain GET.
   */
  async getIfChanged<T>(
    path: string,
    schema: z.ZodType<T>,
    { etag, ...options }: RequestOptions & { readonly etag?: string | null | undefined } = {},
  ): Promise<Versioned<T> | undefined> {
    const headers = { ...options.headers, ...(etag ? { 'if-none-match': etag } : {}) };
    const answer = await this.answer('GET', path, schema, { ...options, headers });
    if (answer.status === NOT_MODIFIED) return undefined;
    return { value: answer.value, etag: answer.headers.get('etag') ?? undefined };
  }

  /** Resolves with the headers: a HEAD has no body. */
  async head(path: string, options: RequestOptions = {}): Promise<Headers> {
    return (await this.answer('HEAD', path, anyAnswer, options)).headers;
  }

  async post<T>(path: string, schema: z.ZodType<T>, options: PostOptions): Promise<T> {
    return (await this.answer('POST', path, schema, options)).value;
  }

  async put<T>(path: string, schema: z.ZodType<T>, options: ChangeOptions = {}): Promise<T> {
    return (await this.answer('PUT', path, schema, options)).value;
  }

  async patch<T>(path: string, schema: z.ZodType<T>, options: PostOptions): Promise<T> {
    return (await this.answer('PATCH', path, schema, options)).value;
  }

  async delete<T>(path: string, schema: z.ZodType<T>, options: ChangeOptions = {}): Promise<T> {
    return (await this.answer('DELETE', path, schema, options)).value;
  }

  /**
   * One POST for many items. Resolves with a result for each item, in their order: what `results`
   * reads for its id, or an error where the answer has none. Rejects when the request as a whole
   * has failed. Nothing is sent for no items.
   *
   * `key` names the operation: the ids of the items are added to it, so that the same items are
   * recognised, in any order.
   */
  async bulk<Item>(
    path: string,
    items: readonly Item[],
    results: z.ZodType<ItemResults>,
    { idOf, body, key, ...options }: BulkOptions<Item>,
  ): Promise<BulkResult<Item>[]> {
    if (items.length === 0) return [];
    const ids = items.map((item) => idOf?.(item) ?? idOfItem(item));
    const answer = await this.post(path, results, { ...options, key: bulkKey(key, ids), body: body(items) });
    // Held back, none of them is answered.
    if (currentRunScope()?.dryRun) return items.map((item, index) => ({ item, id: ids[index] ?? '', error: null }));
    return resultsOf(path, items, ids, answer);
  }
}
