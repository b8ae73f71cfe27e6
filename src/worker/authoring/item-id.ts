import { WorkerError } from '../../runs/errors.js';

const MAX_SHOWN_CHARACTERS = 64;

/**
 * An id as an API sends it, a string or an integer, as a string.
 *
 * @throws WorkerError `BAD_ID` for anything else. Integers from 2^53 on are refused: JSON.parse has
 * rounded them, maybe into the id of another item.
 */
export function itemId(id: unknown): string {
  if (typeof id === 'string') return id;
  if (Number.isSafeInteger(id)) return String(id);
  throw new WorkerError(
    `${described(id)} where a string or an integer below 2^53 is expected. Nothing was sent for it; ` +
      'correct the id in the API, or override idOf',
    'BAD_ID',
  );
}

function described(id: unknown): string {
  if (id === undefined) return 'it has no id';
  if (typeof id === 'number')
    return Math.abs(id) < 2 ** 53 ? `its id is ${id}` : `its id is ${id} (rounded on reading)`;
  const text = JSON.stringify(id);
  const cut = text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
  return `its id is ${cut}`;
}
