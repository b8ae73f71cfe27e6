import type { OpsRequest } from '../access/caller.js';
import type { CommandOrigin } from '../operator-commands.js';

/** Printable, and of a length that can be kept. */
const KEY = /^[\x21-\x7e]{1,200}$/;

/** Who asks for a change, for the audit trail. */
export function originOf(request: OpsRequest, reason?: string): CommandOrigin {
  const { name, role, via, address } = request.caller!;
  const key = request.headers['idempotency-key'];
  const idempotencyKey = typeof key === 'string' && KEY.test(key) ? key : undefined;
  return { actor: { name, role, via }, address, reason, idempotencyKey };
}
