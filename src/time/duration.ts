export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const UNITS = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY } as const;
const PATTERN = /^(\d{1,12})\s*(ms|s|m|h|d)$/;

/** What a message shows when a duration was expected. */
export const DURATION_EXAMPLES = 'a duration such as 250ms, 5s, 10m, 1h or 30d';

/** Milliseconds of `250ms`, `5s`, `10m`, `1h`, `30d`; undefined when the text is anything else. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = PATTERN.exec(text.trim()) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const milliseconds = Number(amount) * UNITS[unit as keyof typeof UNITS];
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}

/** The shortest exact spelling that `parseDuration` reads back: `90s`, not `1.5m`. */
export function formatDuration(milliseconds: number): string {
  const units = Object.entries(UNITS).reverse();
  const [name, size] = units.find(([, size]) => milliseconds >= size && milliseconds % size === 0) ?? ['ms', 1];
  return `${milliseconds / size}${name}`;
}
