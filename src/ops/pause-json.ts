import type { Pause } from '../ledger/pause.js';

/** A pause with the keys that the contract names, and no other. */
export function pauseJson({ task, since, ends, reason, actor: { name, role, via } }: Pause): Pause {
  return { task, since, ends, reason, actor: { name, role, via } };
}
