import type { Selectable } from 'kysely';
import type { Pause } from '../pause.js';
import type { Actor } from '../../runs/actor.js';
import type { PausesTable } from './ledger.schema.js';
import { toDate } from './run-queries.js';
import { PreparedQuery } from './transaction.js';

type PauseRow = Selectable<PausesTable>;

/** The pauses that go on after an instant, oldest first. */
export const pausesAfter = new PreparedQuery<{ after: number }, PauseRow>((db, value) =>
  db
    .selectFrom('pauses')
    .selectAll()
    .where((pause) => pause.or([pause('ends', 'is', null), pause('ends', '>', value('after'))]))
    .orderBy('position'),
);

export function toPause({ task, since, ends, reason, actor }: Omit<PauseRow, 'position'>): Pause {
  return { task, since: new Date(since), ends: toDate(ends), reason, actor: JSON.parse(actor) as Actor };
}
