import type { Pause } from '../ledger/pause.js';
import { actorJson } from './run-json.js';

/** A pause with the keys that the contract names, and no other. */
export function pauseJson({ task, since, ends, reason, actor }: Pause): Pause {
  return { task, since, ends, reason, actor: actorJson(actor) };
}
