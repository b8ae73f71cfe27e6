import { requireValid } from '../../claim-check.js';
import type { ScheduleInForce } from '../../slot-history.js';
import type { RunClaim } from '../../run-ledger.js';
import { heedPauses } from '../../pause.js';
import { type Adoption, type ReplacedSchedule, type ScheduleEntry, ScheduleLedger } from '../../schedule-ledger.js';
import type { MemoryProcess } from './memory-process.js';
import type { MemoryRunLedger } from './memory-run-ledger.js';

export class MemoryScheduleLedger extends ScheduleLedger {
  constructor(
    private readonly process: MemoryProcess,
    private readonly runs: MemoryRunLedger,
  ) {
    super();
  }

  async adopt(
    entries: readonly ScheduleEntry[],
    now: Date,
    claimMissed: (replaced: ReplacedSchedule) => readonly RunClaim[],
  ): Promise<Adoption> {
    const { records } = this.process.requireOpen();
    const lookFrom = new Map<string, Date>();
    const replaced: ReplacedSchedule[] = [];
    for (const { task, schedule, timezone } of entries) {
      const inForce = records.task(task).schedule;
      const same = inForce?.schedule === schedule && inForce.timezone === timezone;
      lookFrom.set(task, same ? this.lookedAtUntil(task, now) : now);
      if (inForce && !same) replaced.push({ task, ...inForce, after: this.lookedAtUntil(task, now) });
    }
    const claims = replaced.map(({ task, schedule, timezone, after }) => {
      return claimMissed({ task, schedule, timezone, after });
    });
    requireValid(claims.flat());
    const missed = claims.flat().map((claim) => this.runs.claimOne(heedPauses(claim, records.pauses, now)));
    for (const task of records.taskNames) {
      const known = records.task(task);
      if (lookFrom.has(task) || known.schedule === null) continue;
      known.schedule = null;
      enter(known.schedules, { schedule: null, timezone: null, since: now });
    }
    for (const { task, schedule, timezone } of entries) {
      const known = records.task(task);
      const same = known.schedule?.schedule === schedule && known.schedule.timezone === timezone;
      if (same) continue;
      known.schedule = { schedule, timezone, since: now.getTime() };
      enter(known.schedules, { schedule, timezone, since: now });
    }
    return { lookFrom, missed: missed.flatMap((answer) => (answer && 'run' in answer ? answer.run : [])) };
  }

  private lookedAtUntil(task: string, now: Date): Date {
    const { records } = this.process;
    const { schedule, lastSlot } = records.task(task);
    const active = records.active(task)?.run.slot?.getTime() ?? 0;
    return new Date(Math.min(now.getTime(), Math.max(schedule?.since ?? now.getTime(), lastSlot, active)));
  }
}

/** Of those of one instant the last is kept. */
function enter(schedules: ScheduleInForce[], entry: ScheduleInForce): void {
  if (schedules.at(-1)?.since.getTime() === entry.since.getTime()) schedules.pop();
  schedules.push(entry);
}
