import { formatDuration } from '../../../time/duration.js';

const WORDS: Readonly<Record<string, string>> = { ms: 'millisecond', s: 'second', m: 'minute', h: 'hour', d: 'day' };

/** `every 5 minutes`, `every hour`. */
export function describeInterval(milliseconds: number): string {
  const [, amount = '', unit = ''] = /^(\d+)(\D+)$/.exec(formatDuration(milliseconds)) ?? [];
  const word = WORDS[unit] ?? unit;
  return amount === '1' ? `every ${word}` : `every ${amount} ${word}s`;
}
