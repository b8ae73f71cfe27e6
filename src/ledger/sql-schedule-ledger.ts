import { Injectable } from '@nestjs/common';
import type { Selectable, Transaction } from 'kysely';
import { type KnownSchedule, type ScheduleEntry, ScheduleLedger } from '../worker/schedule-ledger.js';
import { LedgerStore } from './ledger-store.js';
import type { LedgerSchema, TasksTable } from './ledger.schema.js';

@Injectable()
export class SqlScheduleLedger extends ScheduleLedger {
  constructor(private readonly store: LedgerStore) {
    super();
  }

  async adopt(entries: readonly ScheduleEntry[], now: Date): Promise<ReadonlyMap<string, KnownSchedule>> {
    return this.store.write(async (transaction) => {
      const adoption = new Adoption(transaction, now.getTime());
      const known = new Map<string, KnownSchedule>();
      for (const entry of entries) known.set(entry.task, await adoption.adopt(entry));
      await adoption.retire(entries);
      return known;
    });
  }
}

class Adoption {
  constructor(
    private readonly transaction: Transaction<LedgerSchema>,
    private readonly now: number,
  ) {}

  async adopt(entry: ScheduleEntry): Promise<KnownSchedule> {
    const earlier = await this.transaction
      .selectFrom('tasks')
      .selectAll()
      .where('task', '=', entry.task)
      .executeTakeFirst();
    if (earlier?.schedule === entry.schedule && earlier.timezone === entry.timezone) {
      return { after: this.lookedAtUntil(earlier), replaced: null };
    }
    await this.putInForce(entry);
    if (!earlier || earlier.schedule === null || earlier.timezone === null) {
      return { after: new Date(this.now), replaced: null };
    }
    const { schedule, timezone } = earlier;
    return { after: this.lookedAtUntil(earlier), replaced: { schedule, timezone } };
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
  private lookedAtUntil({ in_force_since, last_slot }: Selectable<TasksTable>): Date {
    return new Date(Math.min(this.now, Math.max(in_force_since ?? this.now, last_slot ?? 0)));
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
