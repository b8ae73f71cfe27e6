import { createHash } from 'node:crypto';
import { maskSecrets } from '../config/secret-mask.js';

const MAX_ID_BYTES = 1_024;
const ID_HEAD_BYTES = 1_000;
const ID_HASH_CHARS = 16;

/** Of what lies beyond a cut, enough is masked with it that no half of a secret remains. */
const MASKED_BEYOND_CHARS = 8_192;

const PLAIN = /^[\x20-\x7e]*$/;
/** Controls, line separators and invisible marks, which a terminal obeys instead of showing. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** The same but for line breaks, which structure JSON and are escaped within its texts. */
const UNPRINTABLE_IN_JSON = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Without secrets, and then cut to a length, with an ellipsis. */
export function cutForeign(text: string, maxChars: number): string {
  const masked = maskSecrets(text.slice(0, maxChars + MASKED_BEYOND_CHARS));
  return masked.length > maxChars ? `${masked.slice(0, maxChars)}…` : masked;
}

/** An id as log and ledger keep it: one beyond 1 KiB is its beginning and a hash of the whole. */
export function keptId(id: string): string {
  if (id.length <= MAX_ID_BYTES && Buffer.byteLength(id) <= MAX_ID_BYTES) return id;
  const head = Buffer.from(id.slice(0, ID_HEAD_BYTES)).subarray(0, ID_HEAD_BYTES).toString();
  const hash = createHash('sha256').update(id, 'utf16le').digest('hex').slice(0, ID_HASH_CHARS);
  return `${head.replace(/\ufffd$/, '')}…${hash}`;
}

/** Shows what cannot be printed as `\u001b`, line breaks too. */
export function escapeControls(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNPRINTABLE, escaped);
}

/** The same for a text that is JSON, and means the same afterwards. */
export function escapeJson(json: string): string {
  return json.replace(UNPRINTABLE_IN_JSON, escaped);
}

function escaped(mark: string): string {
  return Array.from({ length: mark.length }, (_, unit) => {
    return `\\u${mark.charCodeAt(unit).toString(16).padStart(4, '0')}`;
  }).join('');
}
