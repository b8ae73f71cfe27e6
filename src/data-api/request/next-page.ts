import { WorkerError } from '../../runs/errors.js';
import type { Query } from './path.js';

const MAX_SHOWN_CHARACTERS = 200;

/**
 * The query of the address of another page of `path`, absolute or relative to it. Only the query
 * counts: the request goes to the API, whatever host the address names.
 *
 * @throws WorkerError `BAD_ANSWER` for the address of something else.
 */
export function queryOf(address: string, path: string): Query {
  const url = URL.parse(address, `http://data-api${path}`);
  if (url?.pathname.endsWith(path)) {
    const query: Record<string, string | string[]> = {};
    for (const name of new Set(url.searchParams.keys())) {
      const [first = '', ...more] = url.searchParams.getAll(name);
      query[name] = more.length === 0 ? first : [first, ...more];
    }
    return query;
  }
  const [shown = ''] = address.split('?', 1);
  throw new WorkerError(
    `${path} names a next page at another path, which is not followed: ${JSON.stringify(shown.slice(0, MAX_SHOWN_CHARACTERS))}`,
    'BAD_ANSWER',
  );
}
