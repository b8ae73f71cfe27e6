import type { OpsRequest } from '../access/caller.js';
import type { CommandOrigin } from '../operator-commands.js';
import { actorJson } from '../run-json.js';

/** Printable, and of a length that can be kept. */
const KEY = /^[\x21-\x7e]{1,200}$/;

/** Who asks for a change, for the audit trail. */
export function originOf(request: OpsRequest, reason?: string): CommandOrigin {
  const caller = request.caller!;
  const key = request.headers['idempotency-key'];
  const idempotencyKey = typeof key === 'string' && KEY.test(key) ? key : undefined;
  return { actor: actorJson(caller), address: caller.address, reason, idempotencyKey };
}
