/** Why a slot was missed, as it is recorded. */
export const MISSED_REASONS = ['down', 'late', 'schedule_changed', 'catch_up_bound'] as const;
export type MissedReason = (typeof MISSED_REASONS)[number];

/** The slots that one `missed` record stands for; it is the result of that run, as JSON. */
export interface MissedSlots {
  readonly slots: number;
  /** The oldest and the newest of them. */
  readonly from: string;
  readonly to: string;
}

/** Of skipped and missed runs, after "because". */
const WORDS: Readonly<Record<string, string>> = {
  down: 'the worker was not running',
  late: 'it was noticed too late',
  schedule_changed: 'its schedule was replaced before it was looked at',
  catch_up_bound: 'more slots were missed than are caught up',
  paused: 'the task was paused',
  overlap: 'the run before was still active',
  upstream_down: 'its upstream was down',
};

/** The reason of a run for people; a reason without words of its own stays as it is. */
export function reasonWords(reason: string): string {
  return Object.hasOwn(WORDS, reason) ? (WORDS[reason] ?? reason) : reason;
}
