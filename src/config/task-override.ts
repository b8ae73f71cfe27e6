import type { z } from 'zod';
import type { taskOverrideSchema } from './environment.schema.js';
import type { TaskOverride } from './settings.js';

/** What the variables of one task say; absent where they say nothing. */
export function overrideOf(values: z.output<typeof taskOverrideSchema>): TaskOverride {
  const { SCHEDULE, TIMEZONE, TIMEOUT, CATCH_UP, PING_URL, SPREAD, CONCURRENCY } = values;
  return {
    ...(SCHEDULE !== undefined && { schedule: SCHEDULE }),
    ...(TIMEZONE !== undefined && { timezone: TIMEZONE }),
    ...(TIMEOUT !== undefined && { timeout: TIMEOUT }),
    ...(CATCH_UP !== undefined && { catchUp: CATCH_UP }),
    ...(PING_URL !== undefined && { pingUrl: PING_URL }),
    ...(SPREAD !== undefined && { spread: SPREAD }),
    ...(CONCURRENCY !== undefined && { concurrency: CONCURRENCY }),
  };
}
