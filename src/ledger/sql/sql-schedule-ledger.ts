import { Injectable } from '@nestjs/common';
import type { Run } from '../../runs/run.js';
import { requireValid } from '../claim-check.js';
import type { RunClaim } from '../run-ledger.js';
import { type Adoption, type ReplacedSchedule, type ScheduleEntry, ScheduleLedger } from '../schedule-ledger.js';
import { ClaimRecorder } from './claim-recorder.js';
import type { ScheduleHistoryTable, TasksTable } from './ledger.schema.js';
import { PreparedQuery, rowsOf, type Transaction } from './transaction.js';
import { isActive } from './run-queries.js';
import { RowList } from './row-list.js';
import { listed } from './sql-dialect.js';
import { type LedgerWriter, SqlStore } from './sql-store.js';

type ClaimMissed = (replaced: ReplacedSchedule) => readonly RunClaim[];

const schedules = new RowList<Pick<TasksTable, 'task' | 'schedule' | 'timezone' | 'in_force_since'>>({
  text: ['task', 'schedule', 'timezone'],
  bigint: ['in_force_since'],
});

const putInForce = schedules.upsert('tasks', ['task'], ['schedule', 'timezone', 'in_force_since']);

const inForce = new RowList<ScheduleHistoryTable>({ text: ['task', 'schedule', 'timezone'], bigint: ['since'] });

/** For who asks later which schedule was in force. */
const enterHistory = inForce.upsert('schedule_history', ['task', 'since'], ['schedule', 'timezone']);

/** A task that is switched off misses nothing: when it comes back it begins anew. */
const retireOthers = new PreparedQuery<{ tasks: string }>((db, value, dialect) =>
  db
    .updateTable('tasks')
    .set({ schedule: null, timezone: null, in_force_since: null })
    .where('schedule', 'is not', null)
    .where('task', 'not in', listed(dialect, value('tasks'))),
);

@Injectable()
export class SqlScheduleLedger extends ScheduleLedger {
  constructor(private readonly store: SqlStore) {
    super();
  }

  async adopt(entries: readonly ScheduleEntry[], now: Date, claimMissed: ClaimMissed): Promise<Adoption> {
    const { writer } = this.store;
    return this.store.write(() => adopt(writer, entries, now.getTime(), claimMissed));
  }
}

function* adopt(
  writer: LedgerWriter,
  entries: readonly ScheduleEntry[],
  now: number,
  claimMissed: ClaimMissed,
): Transaction<Adoption> {
  const known = yield* knownTasks(now);
  const named = new Set(entries.map(({ task }) => task));
  const changed = entries.filter((entry) => !isInForce(entry, known.get(entry.task)));
  const claims = changed.flatMap(({ task }) => replacedSchedule(task, known.get(task)) ?? []).flatMap(claimMissed);
  requireValid(claims);
  if (changed.length > 0) {
    const rows = changed.map((entry) => ({ ...entry, in_force_since: now }));
    yield* putInForce.execute({ rows: schedules.toJson(rows) });
  }
  const retired = [...known].filter(([task, { schedule }]) => schedule !== null && !named.has(task));
  const begun = [
    ...changed.map(({ task, schedule, timezone }) => ({ task, schedule, timezone, since: now })),
    ...retired.map(([task]) => ({ task, schedule: null, timezone: null, since: now })),
  ];
  if (begun.length > 0) yield* enterHistory.execute({ rows: inForce.toJson(begun) });
  yield* retireOthers.execute({ tasks: JSON.stringify(entries.map(({ task }) => task)) });
  const lookFrom = entries.map((entry): [string, Date] => {
    const task = known.get(entry.task);
    return [entry.task, new Date(task && isInForce(entry, task) ? task.lookedAtUntil : now)];
  });
  return { lookFrom: new Map(lookFrom), missed: yield* recordMissed(claims, writer, now) };
}

interface KnownTask extends Pick<TasksTable, 'schedule' | 'timezone'> {
  readonly lookedAtUntil: number;
}

function* knownTasks(now: number): Transaction<ReadonlyMap<string, KnownTask>> {
  const tasks = yield* rowsOf((db) => db.selectFrom('tasks').selectAll());
  // The slot of an active run is noted for its task when the run ends.
  const active = yield* rowsOf((db) => db.selectFrom('runs').select(['task', 'slot']).where(isActive));
  const activeSlots = new Map(active.map(({ task, slot }) => [task, slot]));
  const known = tasks.map(({ task, schedule, timezone, in_force_since, last_slot }): [string, KnownTask] => {
    // Every slot that was looked at has its run.
    const newest = Math.max(last_slot ?? 0, activeSlots.get(task) ?? 0, in_force_since ?? now);
    // A clock that was ahead must not silence the task until it is caught up.
    return [task, { schedule, timezone, lookedAtUntil: Math.min(now, newest) }];
  });
  return new Map(known);
}

function isInForce({ schedule, timezone }: ScheduleEntry, known: KnownTask | undefined): boolean {
  return known?.schedule === schedule && known.timezone === timezone;
}

function replacedSchedule(task: string, known: KnownTask | undefined): ReplacedSchedule | null {
  if (!known || known.schedule === null || known.timezone === null) return null;
  const { schedule, timezone, lookedAtUntil } = known;
  return { task, schedule, timezone, after: new Date(lookedAtUntil) };
}

function* recordMissed(claims: readonly RunClaim[], writer: LedgerWriter, now: number): Transaction<Run[]> {
  const answers = yield* new ClaimRecorder(writer, now).record(claims);
  return answers.flatMap((answer) => (answer && 'run' in answer ? answer.run : []));
}
