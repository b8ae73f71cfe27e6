export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Dot segments, encoded or not, and everything that would end the path or needs encoding. */
const MISLEADING = /\/(?:\.|%2e){1,2}(?:\/|$)|[^\x21-\x7e]|[?#\\]/i;

/**
 * Path and query of a request.
 *
 * @throws TypeError for a path that would not arrive as it reads: build paths from ids with `path`.
 */
export function target(prefix: string, path: string, query: Query | undefined): string {
  if (!path.startsWith('/') || MISLEADING.test(path)) {
    throw new TypeError(
      `Not a path that can be requested: ${JSON.stringify(path)}. Ids belong into path\`…\`, the rest into query`,
    );
  }
  return query ? prefix + path + search(query) : prefix + path;
}

function search(query: Query): string {
  const parameters = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return parameters.length > 0 ? `?${parameters.join('&')}` : '';
}
