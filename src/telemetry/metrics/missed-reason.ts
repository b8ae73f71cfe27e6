export const MISSED_REASONS = ['down', 'late', 'schedule_changed', 'catch_up_bound'] as const;

/** As the scheduler records them. */
const IN_WORDS: Readonly<Record<string, (typeof MISSED_REASONS)[number]>> = {
  'the worker was not running': 'down',
  'noticed too late': 'late',
  'schedule changed': 'schedule_changed',
};

/** Why a slot was missed, as one word of a closed set. */
export function missedReason(recorded: string | null): string {
  return MISSED_REASONS.find((reason) => reason === recorded) ?? IN_WORDS[recorded ?? ''] ?? 'other';
}
