const MAX_SHOWN_LENGTH = 80;

/** What a message shows in place of a value that may be a secret. */
export const HIDDEN = '(hidden)';

/**
 * A value as a message may show it: without what could be a secret inside of an address (user and
 * password, query, fragment), without line breaks, not endless.
 */
export function shown(value: string): string {
  const text = JSON.stringify(maskAddress(value).slice(0, MAX_SHOWN_LENGTH));
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…"` : text;
}

/** The path of a file; hidden where it looks like none: it may be the secret itself, by mistake. */
export function shownPath(path: string): string {
  return /^(?:\.{0,2}\/|[A-Za-z]:\\)/.test(path) ? shown(path) : HIDDEN;
}

/** Masks broken addresses too: everything up to the last @ counts as user and password. */
function maskAddress(value: string): string {
  return value
    .replace(/^(\s*(?:[A-Za-z][\w+.-]*:\/\/|https?:))?.*@/s, (_, scheme: string | undefined) => `${scheme ?? ''}***@`)
    .replace(/([?#]).*$/s, '$1***');
}
