import { AsyncLocalStorage } from 'node:async_hooks';
import type { DryRun } from './dry-run.js';
import type { RetryPolicy } from '../authoring/retry-policy.js';

/** What a run has found as the state of its task, and what it leaves. */
export interface RunState {
  /** As JSON values; undefined: nothing. */
  readonly found: unknown;
  left: unknown;
}

/** The run that the current code belongs to, for whatever cannot be handed a `TaskContext`. */
export interface RunScope {
  readonly runId: string;
  readonly task: string;
  readonly attempt: number;
  readonly slot: Date | null;
  readonly signal: AbortSignal;
  readonly retry: RetryPolicy | undefined;
  readonly state?: RunState;
  /** Present: reads go out, changes are held back here. */
  readonly dryRun?: DryRun | undefined;
}

const storage = new AsyncLocalStorage<RunScope>();

export function enterRunScope<T>(scope: RunScope, work: () => T): T {
  return storage.run(scope, work);
}

/** Undefined outside of any run. */
export function currentRunScope(): RunScope | undefined {
  return storage.getStore();
}
