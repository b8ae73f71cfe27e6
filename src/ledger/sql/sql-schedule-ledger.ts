import { Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import type { RunClaim } from '../run-ledger.js';
import { type ReplacedSchedule, type ScheduleEntry, ScheduleLedger } from '../schedule-ledger.js';
import { ClaimRecorder } from './claim-recorder.js';
import { isActive } from './run-queries.js';
import { LedgerStore } from '../sqlite/ledger-store.js';
import type { TasksTable } from './ledger.schema.js';
import { queries } from './query-builder.js';
import { changesOf, firstOf, rowsOf, type Steps } from './steps.js';

@Injectable()
export class SqlScheduleLedger extends ScheduleLedger {
  constructor(private readonly store: LedgerStore) {
    super();
  }

  async adopt(
    entries: readonly ScheduleEntry[],
    now: Date,
    claimMissed: (replaced: ReplacedSchedule) => readonly RunClaim[],
  ): Promise<ReadonlyMap<string, Date>> {
    const { store } = this;
    return store.write(function* () {
      const adoption = new Adoption(now.getTime(), yield* activeSlots());
      const after = new Map<string, Date>();
      for (const entry of entries) after.set(entry.task, yield* adoption.adopt(entry));
      yield* adoption.retire(entries);
      const missed = adoption.replaced.flatMap(claimMissed);
      if (missed.length > 0) yield* new ClaimRecorder(store.writer, now.getTime()).record(missed);
      return after;
    });
  }
}

class Adoption {
  readonly replaced: ReplacedSchedule[] = [];

  constructor(
    private readonly now: number,
    /** By task. */
    private readonly activeSlots: ReadonlyMap<string, number | null>,
  ) {}

  /** The instant up to which the slots of the schedule have been looked at. */
  *adopt(entry: ScheduleEntry): Steps<Date> {
    const earlier = yield* firstOf(queries.selectFrom('tasks').selectAll().where('task', '=', entry.task));
    if (earlier?.schedule === entry.schedule && earlier.timezone === entry.timezone) {
      return this.lookedAtUntil(earlier);
    }
    yield* this.putInForce(entry);
    if (earlier && earlier.schedule !== null && earlier.timezone !== null) {
      const { task, schedule, timezone } = earlier;
      this.replaced.push({ task, schedule, timezone, after: this.lookedAtUntil(earlier) });
    }
    return new Date(this.now);
  }

  /** A task that is switched off misses nothing: when it comes back it begins anew. */
  *retire(inForce: readonly ScheduleEntry[]): Steps<void> {
    const tasks = new Set(inForce.map(({ task }) => task));
    const known = yield* rowsOf(queries.selectFrom('tasks').select('task').where('schedule', 'is not', null));
    for (const { task } of known.filter(({ task }) => !tasks.has(task))) {
      yield* changesOf(
        queries
          .updateTable('tasks')
          .set({ schedule: null, timezone: null, in_force_since: null })
          .where('task', '=', task),
      );
    }
  }

  /** Every slot that was looked at has its run. A clock that was ahead must not silence the task until it is caught up. */
  private lookedAtUntil({ task, in_force_since, last_slot }: Selectable<TasksTable>): Date {
    const newest = Math.max(last_slot ?? 0, this.activeSlots.get(task) ?? 0);
    return new Date(Math.min(this.now, Math.max(in_force_since ?? this.now, newest)));
  }

  private *putInForce({ task, schedule, timezone }: ScheduleEntry): Steps<void> {
    const inForce = { schedule, timezone, in_force_since: this.now };
    yield* changesOf(
      queries
        .insertInto('tasks')
        .values({ task, ...inForce })
        .onConflict((conflict) => conflict.column('task').doUpdateSet(inForce)),
    );
  }
}

/** The slot of an active run is noted for its task when the run ends. */
function* activeSlots(): Steps<ReadonlyMap<string, number | null>> {
  const runs = yield* rowsOf(queries.selectFrom('runs').select(['task', 'slot']).where(isActive));
  return new Map(runs.map(({ task, slot }) => [task, slot]));
}
