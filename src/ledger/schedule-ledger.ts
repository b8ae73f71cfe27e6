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

/** Remembers since when each schedule has been in force, so that a new or changed one replays no history. */
export abstract class ScheduleLedger {
  /**
   * Records the schedules now in force and answers, by task, the instant from which on to look for missed slots: `now`
   * for one that is new or changed. What a replaced one has missed, `claimMissed` claims: it is recorded in the same
   * commit, since nobody could tell later. `claimMissed` changes nothing and may be called again.
   */
  abstract adopt(
    entries: readonly ScheduleEntry[],
    now: Date,
    claimMissed: (replaced: ReplacedSchedule) => readonly RunClaim[],
  ): Promise<ReadonlyMap<string, Date>>;
}
