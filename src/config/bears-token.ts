import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a request bears the token. How long it takes to tell says nothing about either. */
export function bearsToken(authorization: string | undefined, token: string): boolean {
  const [, bearer] = /^Bearer (\S+)$/i.exec(authorization ?? '') ?? [];
  return bearer !== undefined && isSameSecret(bearer, token);
}

export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
