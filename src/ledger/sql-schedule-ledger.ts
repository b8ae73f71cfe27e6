import { Injectable } from '@nestjs/common';
import type { Selectable, Transaction } from 'kysely';
import type { RunClaim } from '../worker/run-ledger.js';
import { type ReplacedSchedule, type ScheduleEntry, ScheduleLedger } from '../worker/schedule-ledger.js';
import { ClaimRecorder } from './claim-recorder.js';
import { isActive } from './run-queries.js';
import { LedgerStore } from './ledger-store.js';
import type { LedgerSchema, TasksTable } from './ledger.schema.js';

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
    return this.store.write(async (transaction) => {
      const adoption = new Adoption(transaction, now.getTime(), await activeSlots(transaction));
      const after = new Map<string, Date>();
      for (const entry of entries) after.set(entry.task, await adoption.adopt(entry));
      await adoption.retire(entries);
      const missed = adoption.replaced.flatMap(claimMissed);
      if (missed.length > 0) await new ClaimRecorder(transaction, this.store.writer, now.getTime()).record(missed);
      return after;
    });
  }
}

class Adoption {
  readonly replaced: ReplacedSchedule[] = [];

  constructor(
    private readonly transaction: Transaction<LedgerSchema>,
    private readonly now: number,
    /** By task. */
    private readonly activeSlots: ReadonlyMap<string, number | null>,
  ) {}

  /** The instant up to which the slots of the schedule have been looked at. */
  async adopt(entry: ScheduleEntry): Promise<Date> {
    const earlier = await this.transaction
      .selectFrom('tasks')
      .selectAll()
      .where('task', '=', entry.task)
      .executeTakeFirst();
    if (earlier?.schedule === entry.schedule && earlier.timezone === entry.timezone) {
      return this.lookedAtUntil(earlier);
    }
    await this.putInForce(entry);
    if (earlier && earlier.schedule !== null && earlier.timezone !== null) {
      const { task, schedule, timezone } = earlier;
      this.replaced.push({ task, schedule, timezone, after: this.lookedAtUntil(earlier) });
    }
    return new Date(this.now);
  }

  /** A task that is switched off misses nothing: when it comes back it begins anew. */
  async retire(inForce: readonly ScheduleEntry[]): Promise<void> {
    const tasks = new Set(inForce.map(({ task }) => task));
    const known = await this.transaction.selectFrom('tasks').select('task').where('schedule', 'is not', null).execute();
    for (const { task } of known.filter(({ task }) => !tasks.has(task))) {
      await this.transaction
        .updateTable('tasks')
        .set({ schedule: null, timezone: null, in_force_since: null })
        .where('task', '=', task)
        .execute();
    }
  }

  /** Every slot that was looked at has its run. A clock that was ahead must not silence the task until it is caught up. */
  private lookedAtUntil({ task, in_force_since, last_slot }: Selectable<TasksTable>): Date {
    const newest = Math.max(last_slot ?? 0, this.activeSlots.get(task) ?? 0);
    return new Date(Math.min(this.now, Math.max(in_force_since ?? this.now, newest)));
  }

  private async putInForce({ task, schedule, timezone }: ScheduleEntry): Promise<void> {
    const inForce = { schedule, timezone, in_force_since: this.now };
    await this.transaction
      .insertInto('tasks')
      .values({ task, ...inForce })
      .onConflict((conflict) => conflict.column('task').doUpdateSet(inForce))
      .execute();
  }
}

/** The slot of an active run is noted for its task when the run ends. */
async function activeSlots(transaction: Transaction<LedgerSchema>): Promise<ReadonlyMap<string, number | null>> {
  const runs = await transaction.selectFrom('runs').select(['task', 'slot']).where(isActive).execute();
  return new Map(runs.map(({ task, slot }) => [task, slot]));
}
