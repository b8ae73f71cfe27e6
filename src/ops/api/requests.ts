import { Injectable, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { RUN_STATUSES, RUN_TRIGGERS } from '../../runs/run.js';
import { parseDuration } from '../../time/duration.js';
import { LINE_LEVELS } from '../line-levels.js';
import { MAX_LOG_LINES } from '../run-log.queries.js';
import { OpsProblem } from './problem.js';

const MAX_PAGE = 500;
const MAX_REASON = 500;

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const reason = z.string().trim().max(MAX_REASON).optional();
const ids = z.array(z.string().min(1)).min(1).max(10_000);
const limit = z.coerce.number().int().min(1).max(MAX_PAGE).default(50);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** `a,b` of a query. */
const listOf = <const Option extends string>(options: readonly Option[]) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(options)));

export const runsQuery = z.strictObject({
  task: z.string().optional(),
  status: listOf(RUN_STATUSES).optional(),
  trigger: listOf(RUN_TRIGGERS).optional(),
  since: instant.optional(),
  until: instant.optional(),
  q: z.string().max(200).optional(),
  cursor: z.uuid().optional(),
  limit,
});
export const runItemsQuery = z.strictObject({
  status: z.enum(['failed']).default('failed'),
  error: z.string().max(500).optional(),
  cursor: z.coerce.number().int().min(0).default(0),
  limit: limit.default(MAX_PAGE),
});
export const itemsQuery = z.strictObject({ task: z.string().optional(), quarantined: flag.optional() });
export const whyQuery = z.strictObject({ at: instant.optional() });
export const logsQuery = z.strictObject({
  after: z.coerce.number().int().min(0).optional(),
  level: z.enum(LINE_LEVELS).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LOG_LINES).default(MAX_LOG_LINES),
});
export const auditQuery = z.strictObject({ cursor: z.coerce.number().int().min(1).optional(), limit });
export const pauseBody = z
  .strictObject({
    for: z
      .string()
      .transform((text) => parseDuration(text))
      .refine((milliseconds) => milliseconds !== undefined && milliseconds > 0, 'expected a duration such as 1h')
      .optional(),
    until: instant.optional(),
    reason,
  })
  .refine((body) => body.for === undefined || body.until === undefined, 'expected only one of `for` and `until`');
export const reasonBody = z.strictObject({ reason });
export const runBody = z.strictObject({
  /** As the task declares them: see `params` of `GET tasks/{name}`. */
  params: z.record(z.string(), z.unknown()).optional(),
  dryRun: z.boolean().default(false),
  reason,
});
export const retryBody = z.strictObject({ items: ids.optional(), error: z.string().min(1).optional(), reason });
export const releaseBody = z.strictObject({ task: z.string(), items: ids, reason });
export const loginBody = z.strictObject({
  token: z.string().min(1).max(8_192),
  name: z.string().trim().min(1).max(80),
});

/** What a request says, by its schema; else 400, naming each field that is wrong. */
@Injectable()
export class Valid<Schema extends z.ZodType> implements PipeTransform<unknown, z.output<Schema>> {
  constructor(private readonly schema: Schema) {}

  transform(value: unknown): z.output<Schema> {
    const parsed = this.schema.safeParse(value ?? {});
    if (parsed.success) return parsed.data;
    const wrong = parsed.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
    throw new OpsProblem(400, 'INVALID', `${wrong.join('; ')}. See /api/v1/openapi.json.`);
  }
}
