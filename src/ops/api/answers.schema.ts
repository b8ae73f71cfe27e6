import { z } from 'zod';
import { RUN_TRIGGERS } from '../../runs/run.js';

const instant = z.iso.datetime();
const fault = z.object({ name: z.string(), message: z.string(), code: z.string() });
const actor = z.object({
  name: z.string(),
  role: z.enum(['operator', 'viewer']),
  via: z.enum(['cli', 'api', 'console']),
});
const counts = z.object({
  total: z.int().nullable(),
  succeeded: z.int(),
  failed: z.int(),
  skipped: z.int(),
});
const run = z.object({
  id: z.uuid(),
  task: z.string(),
  trigger: z.enum(RUN_TRIGGERS),
  slot: instant.nullable(),
  status: z.string(),
  reason: z.string().nullable(),
  attempt: z.int(),
  queuedAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  durationMs: z.number().nullable(),
  items: counts.nullable(),
  params: z.unknown(),
  dryRun: z.boolean(),
  after: z.uuid().optional(),
  retryOf: z.uuid().optional(),
  actor: actor.nullable(),
  worker: z.string().nullable(),
  result: z.unknown(),
  error: fault.nullable(),
});
const pause = z.object({
  task: z.string().nullable(),
  since: instant,
  ends: instant.nullable(),
  reason: z.string().nullable(),
  actor,
});
const task = z.object({
  name: z.string(),
  schedule: z.string(),
  description: z.string(),
  timezone: z.string().nullable(),
  nextRun: instant.nullable(),
  status: z.string().nullable(),
  lastRun: run.nullable(),
  lastSuccessAt: instant.nullable(),
  state: z.unknown().optional(),
  expectedBy: instant.nullable(),
  stale: z.boolean(),
  paused: pause.nullable(),
});
const page = (entry: z.ZodType) => z.object({ items: z.array(entry), next: z.string().nullable() });

/** What is answered, by name. The tests check every answer of the running service against these. */
export const ANSWERS = {
  Run: run,
  Runs: page(run).extend({ searchedBackTo: instant.nullable() }),
  Task: task.extend({
    nextRuns: z.array(instant),
    options: z.array(
      z.object({
        name: z.string(),
        value: z.string(),
        source: z.enum(['task', 'environment']),
        variable: z.string().nullable(),
      }),
    ),
    params: z.unknown(),
  }),
  Tasks: page(task),
  Pause: pause,
  FailedItems: page(z.object({ id: z.string(), status: z.literal('failed'), error: fault, attempts: z.int() })),
  TroubledItems: page(
    z.object({
      task: z.string(),
      id: z.string(),
      failedRuns: z.int(),
      crashes: z.int(),
      firstFailedAt: instant,
      lastFailedAt: instant,
      lastError: z.string(),
      quarantinedUntil: instant.nullable(),
    }),
  ),
  Logs: page(
    z.object({
      position: z.int(),
      at: instant,
      level: z.string(),
      message: z.string(),
      fields: z.record(z.string(), z.unknown()),
    }),
  ),
  Explanation: z.looseObject({ task: z.string(), sentence: z.string(), evidence: z.array(z.unknown()) }),
  Released: z.object({ released: z.array(z.string()) }),
  System: z.looseObject({
    version: z.string(),
    environment: z.string().nullable(),
    node: z.string(),
    timeZoneData: z.string(),
    startedAt: instant,
    ledgerWritable: z.boolean(),
    upstreams: z.array(
      z.object({
        name: z.string(),
        state: z.enum(['closed', 'open', 'paused']),
        since: instant.nullable(),
        reason: z.string().nullable(),
        concurrencyLimit: z.number(),
        requestsPerSecond: z.number().nullable(),
      }),
    ),
    configuration: z.array(z.object({ name: z.string(), value: z.string() })),
  }),
  Workers: page(
    z.object({
      id: z.string(),
      role: z.enum(['service', 'command']),
      startedAt: instant,
      url: z.string().nullable(),
      state: z.string(),
    }),
  ),
  Audit: page(
    z.object({
      position: z.int(),
      at: instant,
      actor,
      address: z.string().nullable(),
      action: z.string(),
      target: z.string(),
      reason: z.string().nullable(),
      before: z.unknown(),
      after: z.unknown(),
    }),
  ),
  Actor: actor,
  Problem: z.object({ title: z.string(), status: z.int(), detail: z.string(), code: z.string() }),
} as const;
