import { cutForeign } from '../runs/foreign-text.js';
import { serializeError } from './error.serializer.js';

const MAX_DEPTH = 5;
const MAX_ENTRIES = 100;
/** Of a whole line. */
const MAX_ALL_ENTRIES = 1_000;
const MAX_ALL_CHARS = 65_536;
export const MAX_TEXT_CHARS = 8_192;
const MAX_KEY_CHARS = 128;

const SECRET_KEY = /(?:authorization|cookie|token|secret|password|passwd|apikey|privatekey|credentials?)$/;

/**
 * What a line shows of the fields it is given, wherever in them: an error as type, message, stack
 * and causes, without the request that some carry along; nothing under the name of a secret; and
 * all of it bounded. Never throws, whatever the fields hold.
 */
export function logFields(fields: Record<string, unknown>): Record<string, unknown> {
  return describe(fields, 0, { entries: MAX_ALL_ENTRIES, chars: MAX_ALL_CHARS }) as Record<string, unknown>;
}

/** What is left for the rest of the line. */
interface Room {
  entries: number;
  chars: number;
}

function describe(value: unknown, depth: number, room: Room): unknown {
  if (typeof value === 'string') return describeText(value, room);
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value).slice(0, MAX_TEXT_CHARS);
  if (typeof value !== 'object' || value === null) return value;
  try {
    if (value instanceof Error) return describeParts(serializeError(value) as object, depth, room);
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (depth >= MAX_DEPTH) return Array.isArray(value) ? '[array]' : '[object]';
    if (Array.isArray(value)) return describeList(value, depth, room);
    if (hasOwnJson(value)) return describe(value.toJSON(), depth + 1, room);
    return describeParts(value, depth, room);
  } catch {
    // A getter or a proxy that throws.
    return serializeError(value);
  }
}

function describeText(text: string, room: Room): string {
  const max = Math.min(MAX_TEXT_CHARS, Math.max(room.chars, 0));
  const shown = text.length > max ? cutForeign(text, max) : text;
  room.chars -= shown.length;
  return shown;
}

function describeList(list: readonly unknown[], depth: number, room: Room): unknown[] {
  const shown = list
    .slice(0, Math.min(MAX_ENTRIES, Math.max(room.entries, 0)))
    .map((entry) => describe(entry, depth + 1, room));
  room.entries -= shown.length;
  return list.length > shown.length ? [...shown, `${list.length - shown.length} more`] : shown;
}

function describeParts(value: object, depth: number, room: Room): Record<string, unknown> {
  const described: Record<string, unknown> = {};
  let entries = 0;
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    if (++entries > MAX_ENTRIES || room.entries-- <= 0) break;
    const part: unknown = (value as Record<string, unknown>)[key];
    described[key.slice(0, MAX_KEY_CHARS)] = isSecret(key, part) ? '[redacted]' : describe(part, depth + 1, room);
  }
  return described;
}

/** A number under such a name counts something. */
function isSecret(key: string, value: unknown): boolean {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return false;
  return SECRET_KEY.test(key.slice(-32).toLowerCase().replaceAll(/[-_]/g, ''));
}

function hasOwnJson(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}
