import { isDeepStrictEqual } from 'node:util';
import type { ListedItem } from './listed-item.js';

/** What a row of the ledger should not exceed by much. */
const MAX_CHUNK_CHARS = 1024 * 1024;

/** Undefined for items that JSON does not carry as they are, or that are too long together. */
export function packed(items: readonly ListedItem<unknown>[]): string | undefined {
  try {
    const json = JSON.stringify(items.map(({ id, ownId, item }) => ({ id, ownId, item })));
    if (json.length > MAX_CHUNK_CHARS) return undefined;
    const carried = unpacked(json);
    return items.every(({ item }, place) => isDeepStrictEqual(carried[place]?.item, item)) ? json : undefined;
  } catch {
    return undefined;
  }
}

export function unpacked<Item>(json: string): ListedItem<Item>[] {
  return JSON.parse(json) as ListedItem<Item>[];
}
