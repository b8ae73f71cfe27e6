import type { Pause } from '../pause.js';
import type { Actor } from '../../runs/actor.js';
import { type PauseRow, toDate } from './run-queries.js';

export function toPause({ task, since, ends, reason, actor }: Omit<PauseRow, 'position'>): Pause {
  return { task, since: new Date(since), ends: toDate(ends), reason, actor: JSON.parse(actor) as Actor };
}
