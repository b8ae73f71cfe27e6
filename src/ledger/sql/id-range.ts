const LEAST_ID = '00000000-0000-0000-0000-000000000000';
const GREATEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Ids of full length, which every collation sorts alike. */
export interface IdRange {
  readonly least: string;
  readonly greatest: string;
}

/** Where the ids lie that begin so; undefined where none can. */
export function idsBeginningWith(prefix: string): IdRange | undefined {
  const beginning = prefix.toLowerCase();
  if (beginning.replace(/[0-9a-f]/g, '0') !== LEAST_ID.slice(0, beginning.length)) return undefined;
  const { length } = beginning;
  return { least: beginning + LEAST_ID.slice(length), greatest: beginning + GREATEST_ID.slice(length) };
}

/** Of version 7 (RFC 9562 §5.7): the first 48 bits are the milliseconds. */
export function leastIdAt(instant: Date): string {
  const time = Math.max(0, instant.getTime()).toString(16).padStart(12, '0').slice(-12);
  return `${time.slice(0, 8)}-${time.slice(8)}${LEAST_ID.slice(13)}`;
}
