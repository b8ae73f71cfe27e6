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

/** What an error of undici or of the socket means. `sent`: the request had begun to leave. */
export function connectionProblem(error: Error, sent: boolean): AttemptProblem {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^(?:ERR_TLS_CERT|CERT_)/.test(code) || IDENTITY.has(code)) return 'identity';
  return sent ? 'broken' : 'not sent';
}
