import { inspect } from 'node:util';
import { z } from 'zod';
import { DURATION_EXAMPLES, formatDuration, parseDuration } from '../../time/duration.js';

/** A setting as `config check` shows it: `"5m"`, `"30d" (default)`, `not set`, or hidden. */
export interface ShownSetting {
  readonly variable: string;
  readonly value: string;
}

/**
 * What a task has to be told beside the worker's own settings. The keys of the schema are read from
 * variables: `olderThan` of the task `cleanup` from `TASK_CLEANUP_OLDER_THAN`. A value is taken as
 * text if the schema takes it, and as JSON otherwise: `5`, `true`, `["a", "b"]`.
 *
 *     override readonly settings = taskSettings(z.object({ olderThan: duration().default(DAY) }));
 */
export function taskSettings<Schema extends z.ZodObject>(schema: Schema): TaskSettings<z.output<Schema>> {
  return new TaskSettings<z.output<Schema>>(schema);
}

/** Schemas of texts that are durations. */
const DURATIONS = z.registry<{ readonly unit: 'ms' }>();

/** A text such as `5s`, `10m` or `30d`, at least `from` milliseconds; its value is milliseconds. */
export function duration({ from = 0 }: { readonly from?: number } = {}) {
  const error = from > 0 ? `${DURATION_EXAMPLES}, at least ${formatDuration(from)}` : DURATION_EXAMPLES;
  return z
    .string({ error })
    .refine((text) => (parseDuration(text) ?? -1) >= from, { error })
    .transform((text) => parseDuration(text) ?? from)
    .register(DURATIONS, { unit: 'ms' });
}

/** A value of a setting as people write it: `30d` of milliseconds, where the schema says so. */
export function settingText(field: z.ZodType, value: unknown): string {
  if (typeof value === 'number' && isDuration(field)) return formatDuration(value);
  return typeof value === 'string' ? value : inspect(value, { breakLength: Infinity });
}

function isDuration(field: z.core.$ZodType): boolean {
  const isWrapped = field instanceof z.ZodDefault || field instanceof z.ZodOptional || field instanceof z.ZodNullable;
  return isWrapped ? isDuration(field.unwrap()) : DURATIONS.has(field);
}

/** The settings of one task, once the worker has read them. */
export class TaskSettings<Values = unknown> {
  private read: Values | undefined;

  constructor(readonly schema: z.ZodObject) {}

  /** Throws before the worker has started: read them in `execute` or `processItem`. */
  get values(): Values {
    if (this.read) return this.read;
    throw new TypeError('The settings of a task are read when the worker starts; use them in its runs');
  }

  /** The worker says what is in force. */
  accept(values: Values): void {
    this.read = values;
  }
}

/** The end of the variable of a setting: `OLDER_THAN` of `olderThan`. */
export function variableSuffix(setting: string): string {
  return setting.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}
