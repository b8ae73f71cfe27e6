import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { ItemUnidentifiedError, ListUnidentifiedError } from '../../runs/errors.js';

/** Beyond so many items without a usable id it is the list that is wrong, or one that never ends. */
export const MOST_UNIDENTIFIED = 10_000;

const WHOLE = { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity, breakLength: Infinity };

/** An item of a page, under the id that it goes by in the run. */
export interface ListedItem<Item> {
  readonly id: string;
  readonly item: Item;
  /** Why it cannot be tried: the list gave it no usable id, and `id` is a name made up for it. */
  readonly fault?: ItemUnidentifiedError;
}

/**
 * Pairs the items of a page with their ids. One whose id `idOf` refuses is named after its content, so that it keeps its
 * name wherever it moves in the list; those of a page that are alike in everything are numbered.
 *
 * @throws ListUnidentifiedError when there are too many of them.
 */
export function listItems<Item>(
  page: readonly Item[],
  offset: number,
  idOf: (item: Item) => string,
): ListedItem<Item>[] {
  const alike = new Map<string, number>();
  let unidentified = 0;
  return page.map((item, index) => {
    try {
      return { id: idOf(item), item };
    } catch (error) {
      const fault = new ItemUnidentifiedError(index + 1, offset, error);
      if (++unidentified > MOST_UNIDENTIFIED) throw new ListUnidentifiedError(MOST_UNIDENTIFIED, fault);
      const name = nameOf(item);
      const number = (alike.get(name) ?? 0) + 1;
      alike.set(name, number);
      return { id: number === 1 ? name : `${name}-${number}`, item, fault };
    }
  });
}

function nameOf(item: unknown): string {
  const content = createHash('sha256').update(inspect(item, WHOLE), 'utf16le');
  return `no-id-${content.digest('hex').slice(0, 16)}`;
}
