const LONGEST_SHOWN = 80;

/** What a message shows in place of a value that may be a secret. */
export const HIDDEN = '(hidden)';

/**
 * A value as a message may show it: without what could be a secret inside of an address (user and password, query,
 * fragment), without line breaks, not endless.
 */
export function shown(value: string): string {
  const text = JSON.stringify(maskAddress(value));
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…"` : text;
}

/** The path of a file; hidden where it does not look like one, since it may be the secret itself, put there by mistake. */
export function shownPath(path: string): string {
  return /^(?:\.{0,2}\/|[A-Za-z]:\\)/.test(path) ? shown(path) : HIDDEN;
}

/** Broken addresses have to be masked too: everything up to the last @ counts as user and password. */
function maskAddress(value: string): string {
  return value
    .replace(/^(\s*(?:[A-Za-z][\w+.-]*:\/\/|https?:))?.*@/s, (_, scheme: string | undefined) => `${scheme ?? ''}***@`)
    .replace(/([?#]).*$/s, '$1***');
}
