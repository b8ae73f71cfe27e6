import { DAY } from '../../time/duration.js';
import { changesOf, type Transaction } from './transaction.js';

/** Longer than any history of runs: who changed what is asked late. Older entries go first. */
export const AUDIT_KEPT_MS = 365 * DAY;
export const MAX_AUDIT_ENTRIES = 100_000;
/** A repeated command is answered as before for that long. */
export const KEY_HOLDS_MS = DAY;

/**
 * Deletes at most `limit` rows each of what stands beside runs, so that no table grows for ever.
 * `oldest`: runs from before are gone; pauses and schedules from before explain nothing any more.
 */
export function sideRecordDeletions(oldest: number, now: number, limit: number): (() => Transaction<bigint>)[] {
  const auditFrom = Math.min(now - AUDIT_KEPT_MS, oldest);
  return [
    () =>
      changesOf((db) =>
        db.deleteFrom('audit').where('position', 'in', (entry) =>
          entry
            .selectFrom('audit')
            .select('position')
            .where((old) =>
              old.or([
                old('at', '<', auditFrom),
                old('position', '<=', (newest) =>
                  newest
                    .selectFrom('audit')
                    .select((all) => all(all.fn.max('position'), '-', MAX_AUDIT_ENTRIES).as('last')),
                ),
              ]),
            )
            .orderBy('position')
            .limit(limit),
        ),
      ),
    () =>
      changesOf((db) =>
        db
          .deleteFrom('pauses')
          .where('position', 'in', (pause) =>
            pause.selectFrom('pauses').select('position').where('ends', '<', oldest).limit(limit),
          ),
      ),
    () =>
      changesOf((db) =>
        db
          .deleteFrom('sessions')
          .where('id_hash', 'in', (session) =>
            session.selectFrom('sessions').select('id_hash').where('expires_at', '<=', now).limit(limit),
          ),
      ),
    () =>
      changesOf((db) =>
        db.deleteFrom('idempotency_keys').where((key) =>
          key.eb(
            key.refTuple('actor', 'key'),
            'in',
            key
              .selectFrom('idempotency_keys')
              .select(['actor', 'key'])
              .where('at', '<=', now - KEY_HOLDS_MS)
              .limit(limit)
              .$asTuple('actor', 'key'),
          ),
        ),
      ),
    // Of a run that was ended by a process that knew of no chunks.
    () =>
      changesOf((db) =>
        db
          .deleteFrom('chunks')
          .where('id', 'in', (chunk) =>
            chunk
              .selectFrom('chunks')
              .innerJoin('runs', 'runs.id', 'chunks.run_id')
              .select('chunks.id')
              .where('runs.finished_at', 'is not', null)
              .limit(limit),
          ),
      ),
    // What was in force at `oldest` stays.
    () =>
      changesOf((db) =>
        db
          .deleteFrom('schedule_history')
          .where((schedule) =>
            schedule.eb(
              schedule.refTuple('task', 'since'),
              'in',
              schedule
                .selectFrom('schedule_history as replaced')
                .innerJoin('schedule_history as later', 'later.task', 'replaced.task')
                .whereRef('later.since', '>', 'replaced.since')
                .where('later.since', '<=', oldest)
                .select(['replaced.task', 'replaced.since'])
                .distinct()
                .limit(limit)
                .$asTuple('task', 'since'),
            ),
          ),
      ),
  ];
}
