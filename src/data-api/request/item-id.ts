import { ItemIdError } from '../data-api.errors.js';

const LONGEST_SHOWN = 64;

/**
 * An id as the Data API sends it, a string or an integer, as a string. `list`: where it stood, for the message.
 *
 * @throws ItemIdError for anything else. Integers from 2^53 on are not taken: JSON.parse has rounded them, maybe into the
 * id of another item.
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
  return `the id ${text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text}`;
}
