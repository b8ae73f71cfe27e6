import { tracer } from '../../runs/tracing.js';
import { ItemIdError } from '../data-api.errors.js';
import { rememberTemplate } from './path-template.js';

const MAX_ID_CHARACTERS = 1_024;
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
/** Dot segments, encoded or not, and everything that would end the path or needs encoding. */
const MISLEADING = /\/(?:\.|%2e){1,2}(?:\/|$)|[^\x21-\x7e]|[?#\\]/i;

type Parameter = string | number | boolean;
export type Query = Readonly<Record<string, Parameter | readonly Parameter[] | undefined>>;

/**
 * Builds a path in which ids are data: path`/api/v1/orders/${id}/process`. All of an id stays
 * within its segment.
 *
 * @throws ItemIdError for ids that cannot: the empty one, `.` and `..` (which servers and proxies
 * resolve even when encoded), control characters, lone surrogates, more than 1,024 characters, and
 * numbers that are not safe integers, which may have been rounded to another id.
 */
export function path(literals: TemplateStringsArray, ...ids: readonly (string | number)[]): string {
  let built = literals[0] ?? '';
  for (const [index, id] of ids.entries()) built += encodeId(id) + (literals[index + 1] ?? '');
  if (tracer && ids.length > 0) rememberTemplate(built, literals.join('{id}'));
  return built;
}

function encodeId(id: string | number): string {
  if (typeof id === 'number') return encodeNumber(id);
  const fault = faultOf(id);
  if (fault) throw new ItemIdError(`The id ${JSON.stringify(id.slice(0, 64))} ${fault}; nothing was sent`);
  return encodeURIComponent(id);
}

function encodeNumber(id: number): string {
  if (Number.isSafeInteger(id)) return String(id);
  throw new ItemIdError(`The id ${id} is not an integer below 2^53 and may have been rounded; nothing was sent`);
}

function faultOf(id: string): string | undefined {
  if (id === '') return 'is empty';
  if (id === '.' || id === '..') return 'would lead to another path';
  if (id.length > MAX_ID_CHARACTERS) return `is longer than ${MAX_ID_CHARACTERS} characters`;
  if (CONTROL.test(id)) return 'contains control characters';
  if (!id.isWellFormed()) return 'contains half a character (a lone surrogate)';
  return undefined;
}

/**
 * Path and query of a request.
 *
 * @throws TypeError for a path that would not arrive as it reads: build paths from ids with `path`.
 */
export function target(prefix: string, pathname: string, query: Query | undefined): string {
  if (!pathname.startsWith('/') || MISLEADING.test(pathname)) {
    throw new TypeError(
      `Not a path that can be requested: ${JSON.stringify(pathname)}. Ids belong into path\`…\`, the rest into query`,
    );
  }
  return query ? prefix + pathname + search(query) : prefix + pathname;
}

function search(query: Query): string {
  const parameters = new Array<string>();
  for (const [name, values] of Object.entries(query)) {
    for (const value of values === undefined ? [] : [values].flat()) {
      parameters.push(`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
    }
  }
  return parameters.length > 0 ? `?${parameters.join('&')}` : '';
}
