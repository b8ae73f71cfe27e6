import { createHash } from 'node:crypto';

/** Visible ASCII, and no longer than the Data API takes. */
const SENDABLE = /^[\x21-\x7e]{1,255}$/;

/** The key itself, or its hash where it cannot be a header: always the same for the same key. */
export function idempotencyKey(key: string): string {
  return SENDABLE.test(key) ? key : `sha256:${createHash('sha256').update(key, 'utf16le').digest('hex')}`;
}
