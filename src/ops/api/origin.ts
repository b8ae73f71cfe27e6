import type { OpsRequest } from '../access/caller.js';
import type { CommandOrigin } from '../operator-commands.js';
import { actorJson } from '../run-json.js';
import { OpsProblem } from './problem.js';

/** Printable, and of a length that can be kept. */
const KEY = /^[\x21-\x7e]{1,200}$/;

/** Who asks for a change, for the audit trail. Throws an `OpsProblem`. */
export function originOf(request: OpsRequest, reason?: string): CommandOrigin {
  const caller = request.caller!;
  const idempotencyKey = request.headers['idempotency-key'];
  if (Array.isArray(idempotencyKey) || !KEY.test(idempotencyKey ?? 'none')) {
    throw new OpsProblem(
      400,
      'BAD_KEY',
      'An `Idempotency-Key` is 1 to 200 printable ASCII characters, without blanks.',
    );
  }
  return { actor: actorJson(caller), address: caller.address, reason, idempotencyKey };
}
