import { SECOND } from '../../../time/duration.js';
import { OffsetTable } from './offset-table.js';
import { PosixRule } from './posix-rule.js';

const HEADER_BYTES = 44;
const TYPE_BYTES = 6;
/** RFC 9636: an offset lies between -25 and 26 hours. */
const [MIN_OFFSET_S, MAX_OFFSET_S] = [-89_999, 93_599];
/** What a `Date` can hold; files of some builds begin with an instant before the universe. */
const MIN_INSTANT_S = -8.64e12;

interface Header {
  readonly version: number;
  readonly counts: { utc: number; standard: number; leaps: number; times: number; types: number; letters: number };
}

/** Reads a compiled time zone of any version (TZif, RFC 9636). Throws a `RangeError`. */
export function parseTzif(bytes: Buffer): OffsetTable {
  const header = readHeader(bytes, 0);
  if (header.version < 2) return readBlock(bytes, HEADER_BYTES, header, 4).table();
  // The first block repeats the second for readers of version 1.
  const second = HEADER_BYTES + blockLength(header, 4);
  const wide = readHeader(bytes, second);
  const { table, end } = readBlock(bytes, second + HEADER_BYTES, wide, 8);
  return table(readFooter(bytes, end));
}

function readHeader(bytes: Buffer, at: number): Header {
  if (bytes.length < at + HEADER_BYTES || bytes.toString('latin1', at, at + 4) !== 'TZif') {
    throw new RangeError('not a compiled time zone');
  }
  const [utc, standard, leaps, times, types, letters] = [0, 1, 2, 3, 4, 5].map((index) => {
    return bytes.readUInt32BE(at + 20 + index * 4);
  }) as [number, number, number, number, number, number];
  if (types === 0) throw new RangeError('a compiled time zone without an offset');
  if (leaps > 0) throw new RangeError('a compiled time zone that counts leap seconds');
  const version = bytes.toString('latin1', at + 4, at + 5);
  return { version: version === '\0' ? 1 : Number(version), counts: { utc, standard, leaps, times, types, letters } };
}

function blockLength({ counts }: Header, timeBytes: number): number {
  const { utc, standard, leaps, times, types, letters } = counts;
  return times * (timeBytes + 1) + types * TYPE_BYTES + letters + leaps * (timeBytes + 4) + standard + utc;
}

function readBlock(bytes: Buffer, at: number, header: Header, timeBytes: 4 | 8) {
  const end = at + blockLength(header, timeBytes);
  if (end > bytes.length) throw new RangeError('a compiled time zone that is cut short');
  const { times, types } = header.counts;
  const [indexes, offsets] = [at + times * timeBytes, at + times * (timeBytes + 1)];
  const offset = (type: number) => {
    const seconds = type < types ? bytes.readInt32BE(offsets + type * TYPE_BYTES) : NaN;
    if (!(seconds >= MIN_OFFSET_S && seconds <= MAX_OFFSET_S)) throw new RangeError('an offset of more than a day');
    return seconds * SECOND;
  };
  const changes = Array.from({ length: times }, (_, index) => ({
    at: readTime(bytes, at + index * timeBytes, timeBytes) * SECOND,
    offset: offset(bytes.readUInt8(indexes + index)),
  }));
  if (changes.some((change, index) => change.at < (changes[index - 1]?.at ?? -Infinity))) {
    throw new RangeError('a compiled time zone whose changes are out of order');
  }
  return { end, table: (rule?: PosixRule) => new OffsetTable(offset(0), changes, rule) };
}

function readTime(bytes: Buffer, at: number, timeBytes: 4 | 8): number {
  return timeBytes === 4 ? bytes.readInt32BE(at) : Math.max(MIN_INSTANT_S, Number(bytes.readBigInt64BE(at)));
}

/** The rule for after the last change, between two line breaks; empty where there is none. */
function readFooter(bytes: Buffer, at: number): PosixRule | undefined {
  const [, text] = /^\n([^\n]{0,200})\n/.exec(bytes.toString('latin1', at, at + 202)) ?? [];
  if (text === '') return undefined;
  const rule = PosixRule.parse(text ?? '');
  if (!rule) throw new RangeError('a compiled time zone whose last rule is unreadable');
  return rule;
}
