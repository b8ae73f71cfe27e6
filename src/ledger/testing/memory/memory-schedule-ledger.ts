import { requireValid } from '../../claim-check.js';
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
    for (const task of records.taskNames) if (!lookFrom.has(task)) records.task(task).schedule = null;
    for (const { task, schedule, timezone } of entries) {
      const known = records.task(task);
      const same = known.schedule?.schedule === schedule && known.schedule.timezone === timezone;
      if (!same) known.schedule = { schedule, timezone, since: now.getTime() };
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
