import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a request bears the token. How long it takes to tell says nothing about either. */
export function bearsToken(authorization: string | undefined, token: string): boolean {
  const bearer = bearerToken(authorization);
  return bearer !== undefined && isSameSecret(bearer, token);
}

/** Of the header `Authorization` (RFC 6750 §2.1); undefined where it bears none. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
}

export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
