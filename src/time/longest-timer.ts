/** The longest delay of `setTimeout`, almost 25 days: a longer one fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;
