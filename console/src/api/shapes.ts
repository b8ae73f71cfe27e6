/** What the ops API answers, as `/api/v1/openapi.json` says it. Instants are ISO strings. */
export type RunStatus =
  | 'queued'
  | 'running'
  | 'succeeded'
  | 'partial'
  | 'failed'
  | 'timed_out'
  | 'cancelled'
  | 'skipped'
  | 'missed'
  | 'interrupted';

interface RunFault {
  readonly name: string;
  readonly message: string;
  readonly code: string;
}

interface ItemCounts {
  readonly total: number | null;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Run {
  readonly id: string;
  readonly task: string;
  readonly trigger: string;
  readonly slot: string | null;
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly attempt: number;
  readonly queuedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  readonly items: ItemCounts | null;
  readonly params: unknown;
  readonly dryRun: boolean;
  /** The run that it tries again. */
  readonly retryOf?: string;
  readonly actor: { readonly name: string; readonly role: string; readonly via: string } | null;
  readonly worker: string | null;
  readonly result: unknown;
  readonly error: RunFault | null;
}

export interface Pause {
  /** Null: all tasks are paused. */
  readonly task: string | null;
  readonly since: string;
  /** Null: until it is resumed. */
  readonly ends: string | null;
  readonly reason: string | null;
  readonly actor: { readonly name: string };
}

export interface Task {
  readonly name: string;
  readonly schedule: string;
  readonly description: string;
  readonly timezone: string | null;
  readonly nextRun: string | null;
  readonly status: RunStatus | null;
  readonly lastRun: Run | null;
  readonly lastSuccessAt: string | null;
  readonly expectedBy: string | null;
  readonly stale: boolean;
  readonly paused: Pause | null;
}

/** An option that is in force, and where it comes from. */
export interface TaskOption {
  readonly name: string;
  readonly value: string;
  readonly source: 'task' | 'environment';
  readonly variable: string | null;
}

/** JSON Schema, as far as a form shows it. */
export interface FieldSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
}

export interface ParamsSchema {
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
}

export interface TaskDetails extends Task {
  /** The next slots, ISO instants. */
  readonly nextRuns: readonly string[];
  readonly options: readonly TaskOption[];
  /** What a run by hand may be given; null: nothing. */
  readonly params: ParamsSchema | null;
}

export interface FailedItem {
  readonly id: string;
  readonly error: RunFault;
  readonly attempts: number;
}

export interface Page<Entry> {
  readonly items: readonly Entry[];
  readonly next: string | null;
}

export interface RunListPage extends Page<Run> {
  /** How far a search came before it had found a page full; `next` goes on from there. */
  readonly searchedBackTo: string | null;
}

export interface LogLine {
  readonly at: string;
  readonly level: string;
  readonly message: string;
  /** What else the line says. */
  readonly fields: Readonly<Record<string, unknown>>;
}
