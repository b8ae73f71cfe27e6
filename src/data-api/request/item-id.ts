import { ItemIdError } from '../data-api.errors.js';

const MAX_SHOWN_CHARACTERS = 64;

/**
 * An id as the Data API sends it, a string or an integer, as a string. `list`: where it was found,
 * for the message.
 *
 * @throws ItemIdError for anything else. Integers from 2^53 on are refused: JSON.parse has rounded
 * them, perhaps to the id of another item.
 */
export function itemId(id: unknown, list: string): string {
  if (typeof id === 'string') return id;
  if (Number.isSafeInteger(id)) return String(id);
  throw new ItemIdError(
    `${list} shows it with ${described(id)} where a string or an integer below 2^53 is expected. ` +
      'Nothing was sent for it; correct the id in the Data API',
  );
}

function described(id: unknown): string {
  if (id === undefined) return 'no id';
  if (typeof id === 'number') return Math.abs(id) < 2 ** 53 ? `the id ${id}` : `the id ${id} (rounded on reading)`;
  const text = JSON.stringify(id);
  return `the id ${text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text}`;
}
