import type { ItemFailure } from '../ledger/run-ledger.js';
import type { Actor } from '../runs/actor.js';
import type { Run, RunError } from '../runs/run.js';

/** A run with the keys of the contract, in its order; `after` and `retryOf` where they apply. */
export function runJson(run: Run): Run {
  const { items, error } = run;
  return {
    id: run.id,
    task: run.task,
    trigger: run.trigger,
    slot: run.slot,
    status: run.status,
    reason: run.reason,
    attempt: run.attempt,
    queuedAt: run.queuedAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    durationMs: run.durationMs,
    items: items && { total: items.total, succeeded: items.succeeded, failed: items.failed, skipped: items.skipped },
    params: run.params ?? null,
    dryRun: run.dryRun ?? false,
    ...(run.after !== undefined && { after: run.after }),
    ...(run.retryOf !== undefined && { retryOf: run.retryOf }),
    actor: run.actor && actorJson(run.actor),
    worker: run.worker,
    result: run.result ?? null,
    error: error && errorJson(error),
  };
}

export function failedItemJson({ id, error, attempts }: ItemFailure): ItemFailure {
  return { id, error: errorJson(error), attempts };
}

/** Whoever asked, with the keys that the contract names, and no other. */
export function actorJson({ name, role, via }: Actor): Actor {
  return { name, role, via };
}

function errorJson({ name, message, code }: RunError): RunError {
  return { name, message, code };
}
