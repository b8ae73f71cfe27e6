/** The schedule of a task as the ledger last knew it. */
export interface KnownSchedule {
  /** Slots after this instant have not been looked at yet. */
  readonly after: Date;
  /** The earlier schedule, when it differs from the present one: its slots up to now are recorded as missed. */
  readonly replaced: { readonly schedule: string; readonly timezone: string } | null;
}

export interface ScheduleEntry {
  readonly task: string;
  /** As text, see `Schedule.text`. */
  readonly schedule: string;
  readonly timezone: string;
}

/** Remembers since when each schedule has been in force, so that a new or changed one replays no history. */
export abstract class ScheduleLedger {
  /** Records the schedules now in force and answers, by task, from where on to look for missed slots. */
  abstract adopt(entries: readonly ScheduleEntry[], now: Date): Promise<ReadonlyMap<string, KnownSchedule>>;
}
