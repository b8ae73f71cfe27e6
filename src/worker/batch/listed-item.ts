import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { ItemIdMissingError, TooManyItemsWithoutIdError } from '../../runs/errors.js';
import { keptId } from '../../runs/foreign-text.js';

/** With more items without a usable id, it is the list that is wrong, or one that never ends. */
export const MAX_ITEMS_WITHOUT_ID = 10_000;

const WHOLE = { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity, breakLength: Infinity };

/** An item of a page, under the id that it goes by in log and ledger: see `keptId`. */
export interface ListedItem<Item> {
  readonly id: string;
  /** The id as the task knows it, however long. */
  readonly ownId: string;
  readonly item: Item;
  /** Why it cannot be tried: the list gave it no usable id, and `id` is a name made up for it. */
  readonly fault?: ItemIdMissingError;
}

/**
 * Pairs the items of a page with their ids. One whose id `idOf` refuses is named after its content,
 * so that it keeps its name wherever it moves in the list and from run to run; those of a page that
 * are alike in everything are numbered.
 *
 * @throws TooManyItemsWithoutIdError when there are more than 10,000 of them.
 */
export function identifyItems<Item>(
  page: readonly Item[],
  offset: number,
  idOf: (item: Item) => string,
): ListedItem<Item>[] {
  const alike = new Map<string, number>();
  let withoutId = 0;
  return page.map((item, index) => {
    try {
      const ownId = idOf(item);
      return { id: keptId(ownId), ownId, item };
    } catch (error) {
      const fault = new ItemIdMissingError(index + 1, offset, error);
      if (++withoutId > MAX_ITEMS_WITHOUT_ID) throw new TooManyItemsWithoutIdError(MAX_ITEMS_WITHOUT_ID, fault);
      const name = nameOf(item);
      const number = (alike.get(name) ?? 0) + 1;
      alike.set(name, number);
      const id = number === 1 ? name : `${name}-${number}`;
      return { id, ownId: id, item, fault };
    }
  });
}

function nameOf(item: unknown): string {
  const content = createHash('sha256').update(inspect(item, WHOLE), 'utf16le');
  return `no-id-${content.digest('hex').slice(0, 16)}`;
}
