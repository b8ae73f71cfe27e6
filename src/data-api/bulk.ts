import { createHash } from 'node:crypto';
import { WorkerError } from '../runs/errors.js';
import { itemId } from '../worker/authoring/item-id.js';
import { excerpt } from './answer/excerpt.js';

/** What an API says about each item of a bulk request, in any order. */
export type ItemResults = readonly {
  readonly id: string | number;
  /** Of this item alone; from 400 on it has failed. */
  readonly status?: number | null | undefined;
  /** Anything but nothing, null, false and an empty text: it has failed. */
  readonly error?: unknown;
}[];

/** What became of one item. `error` is null where it succeeded. */
export interface BulkResult<Item> {
  readonly item: Item;
  readonly id: string;
  readonly error: WorkerError | null;
}

/** The API refused one item of a bulk request, or has said nothing about it. */
class BulkItemError extends WorkerError {
  override readonly name = 'BulkItemError';
  override readonly itemGone: boolean;

  constructor(message: string, code: string, status?: number | null) {
    super(message, code);
    this.itemGone = status === 404 || status === 410;
  }
}

/** The id of an item that is one itself, or has one. */
export function idOfItem(item: unknown): string {
  const isObject = typeof item === 'object' && item !== null;
  return itemId(isObject && 'id' in item ? item.id : isObject ? undefined : item);
}

/** Always the same for the same items, in any order. */
export function bulkKey(operation: string, ids: readonly string[]): string {
  const hash = createHash('sha256');
  for (const id of ids.toSorted()) hash.update(`${id.length}:${id}`, 'utf16le');
  return `${operation}:${hash.digest('hex')}`;
}

/** The results in the order of the items. */
export function resultsOf<Item>(
  path: string,
  items: readonly Item[],
  ids: readonly string[],
  results: ItemResults,
): BulkResult<Item>[] {
  const byId = new Map(results.map((result) => [String(result.id), result]));
  return items.map((item, index) => {
    const id = ids[index] ?? '';
    return { item, id, error: errorOf(path, id, byId.get(id)) };
  });
}

function errorOf(path: string, id: string, result: ItemResults[number] | undefined): WorkerError | null {
  const item = `item ${JSON.stringify(id.slice(0, 64))}`;
  if (!result) return new BulkItemError(`POST ${path} answered without a result for ${item}`, 'BAD_ANSWER');
  const { status, error } = result;
  if (!error && (status ?? 0) < 400) return null;
  const said = error ? `: ${excerpt(Buffer.from(JSON.stringify(error) ?? ''), undefined)}` : '';
  const code = status ? `HTTP_${status}` : 'ITEM_REFUSED';
  return new BulkItemError(`POST ${path} refused ${item}${status ? ` with ${status}` : ''}${said}`, code, status);
}
