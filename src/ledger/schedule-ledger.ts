import type { Run } from '../runs/run.js';
import type { RunClaim } from './run-ledger.js';

export interface ScheduleEntry {
  readonly task: string;
  /** As text, see `Schedule.text`. */
  readonly schedule: string;
  readonly timezone: string;
}

/** A schedule that gives way to another one of its task. */
export interface ReplacedSchedule extends ScheduleEntry {
  /** Its slots after this instant have not been looked at. */
  readonly after: Date;
}

/** What came of adopting the schedules that are now in force. */
export interface Adoption {
  /** By task: from when on to look for missed slots. `now` for a new or changed schedule. */
  readonly lookFrom: ReadonlyMap<string, Date>;
  /** Recorded for slots that replaced schedules have missed, oldest first for each task. */
  readonly missed: readonly Run[];
}

/** Remembers since when each schedule is in force, so that a changed one replays no history. */
export abstract class ScheduleLedger {
  /**
   * Records the schedules now in force. What a replaced one has missed, `claimMissed` claims: it is
   * recorded in the same commit, since nobody could tell later. `claimMissed` changes nothing and
   * may be called again. Rejects, and leaves everything as it was, when it throws or claims what
   * cannot be recorded.
   */
  abstract adopt(
    entries: readonly ScheduleEntry[],
    now: Date,
    claimMissed: (replaced: ReplacedSchedule) => readonly RunClaim[],
  ): Promise<Adoption>;
}
