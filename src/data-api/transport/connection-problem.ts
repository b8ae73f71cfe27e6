import type { AttemptProblem } from '../policy/attempt.error.js';

/** OpenSSL's verification errors as Node names them, beside `ERR_TLS_CERT…` and `CERT_…`. */
const IDENTITY = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'INVALID_CA',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_PURPOSE',
  'HOSTNAME_MISMATCH',
]);

/** This machine has used up something that a connection takes. */
const NO_SOCKET = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL']);

/** undici refuses the request, which is wrong in itself or comes after the end of the worker. */
const UNSENDABLE = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
]);

/** What an error of undici or of the socket means. `sent`: the request had begun to leave. */
export function connectionProblem(error: Error, sent: boolean): AttemptProblem {
  const code = codeOf(error);
  if (UNSENDABLE.has(code)) return 'unsendable';
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'too large';
  if (/^(?:ERR_TLS_CERT|CERT_)/.test(code) || IDENTITY.has(code)) return 'identity';
  if (sent) return 'broken';
  return NO_SOCKET.has(code) ? 'no socket' : 'not sent';
}

/** Of several attempts to connect, one for each address, the first. */
function codeOf(error: Error): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0]);
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Whether it is the error of a connection that has served before. */
export function wasKeptTooLong(error: Error): boolean {
  const { socket } = error as { socket?: { bytesRead?: number } };
  return (socket?.bytesRead ?? 0) > 0;
}
