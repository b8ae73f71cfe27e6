/** More than are between being built and being sent at once. Twice that are kept: about 400 kB. */
const MAX_PATHS = 2_048;
const MAX_TEMPLATES = 256;

/** A segment of letters, as `orders`, or a version, as `v1`: anything else may be data. */
const LITERAL = /^(?:v\d{1,2}|[A-Za-z][A-Za-z_-]{0,39})$/;

let byPath = new Map<string, string>();
/** What was built before. Forgotten as a whole, as single deletions cost 4 µs each. */
let before = new Map<string, string>();
const templates = new Set<string>();

/** A path that was built from ids, and its template: what each id stands in is `{id}`. */
export function rememberTemplate(path: string, template: string): void {
  byPath.set(path, template);
  if (byPath.size < MAX_PATHS) return;
  before = byPath;
  byPath = new Map();
}

/**
 * The kind of a path, for names of spans: that of `path`, or else what stands in it besides what
 * may be data. Undefined beyond 256 of them: then they are not kinds.
 */
export function templateOf(path: string): string | undefined {
  const template = byPath.get(path) ?? before.get(path) ?? guessed(path);
  if (!templates.has(template) && templates.size >= MAX_TEMPLATES) return undefined;
  templates.add(template);
  return template;
}

function guessed(path: string): string {
  const segments = path.split('/').map((segment) => (segment === '' || LITERAL.test(segment) ? segment : '{id}'));
  return segments.join('/');
}
