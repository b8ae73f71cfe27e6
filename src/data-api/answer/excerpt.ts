import { maskSecrets } from '../../config/secret-mask.js';

const MAX_SHOWN_CHARACTERS = 160;
/** Enough to find the whole secret wherever a part of it would be shown. */
const MAX_READ_BYTES = 8_192;

/** The beginning of a body as a message may show it: one line, printable, and without `secrets`. */
export function excerpt(body: Buffer, ...secrets: readonly (string | undefined)[]): string {
  const text = body.subarray(0, MAX_READ_BYTES).toString('utf8');
  let masked = text;
  for (const secret of secrets) if (secret) masked = masked.replaceAll(secret, '(hidden)');
  const line = maskSecrets(masked)
    .replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]+/gu, ' ')
    .trim();
  return JSON.stringify(line.length > MAX_SHOWN_CHARACTERS ? `${line.slice(0, MAX_SHOWN_CHARACTERS)}…` : line);
}
