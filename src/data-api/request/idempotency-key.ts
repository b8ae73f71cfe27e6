import { createHash } from 'node:crypto';

/** Visible ASCII, and no longer than the Data API takes. */
const SENDABLE = /^[\x21-\x7e]{1,255}$/;

/** The key itself, or its hash when it cannot be a header as it is: the same key always gives the same header. */
export function idempotencyKey(key: string): string {
  return SENDABLE.test(key) ? key : `sha256:${createHash('sha256').update(key, 'utf16le').digest('hex')}`;
}
