import { WorkerError } from '../runs/errors.js';
import type { Actor } from '../runs/actor.js';
import type { Run, RunParams } from '../runs/run.js';
import type { Pause } from './pause.js';

/** A change that a person asks for. `task` null: all tasks, also those that come later. */
export type Command =
  | { readonly action: 'pause'; readonly task: string | null; readonly until: Date | null }
  | { readonly action: 'resume'; readonly task: string | null }
  | {
      readonly action: 'run';
      readonly task: string;
      /** Checked by whoever asks. Absent: none. */
      readonly params?: RunParams | null;
      /** Requests that would change something are held back. */
      readonly dryRun?: boolean;
    }
  | { readonly action: 'cancel'; readonly run: string }
  | {
      readonly action: 'retry';
      readonly run: string;
      /** Null: every failed item of the run. */
      readonly items: readonly string[] | null;
      /** Only items whose error contains this text. Null: whatever their error. */
      readonly error: string | null;
    }
  | { readonly action: 'release'; readonly task: string; readonly items: readonly string[] };

export interface CommandRequest {
  readonly command: Command;
  readonly actor: Actor;
  /** Of the client; null on the command line. */
  readonly address: string | null;
  readonly reason: string | null;
  /** Repeated by the same actor within a day, the request is only answered as before. */
  readonly idempotencyKey: string | null;
}

export interface CommandAnswer {
  /** Which was queued or is cancelled; for other commands null. */
  readonly run: Run | null;
  /** Which begins, or has ended; of several the last. */
  readonly pause: Pause | null;
  /** Which are retried or released. Empty where a retry covers the run as a whole. */
  readonly items: readonly string[];
}

/** A command as the audit trail keeps it. */
export interface AuditEntry {
  /** Counts up. */
  readonly position: number;
  readonly at: Date;
  readonly actor: Actor;
  readonly address: string | null;
  readonly action: Command['action'];
  /** A task, `*` for all tasks, or the id of a run. */
  readonly target: string;
  readonly reason: string | null;
  /** What has changed, as JSON. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface AuditQuery {
  /** Only entries with a lower position. */
  readonly before?: number;
  readonly limit: number;
}

/** What a process has to do for others. */
export interface CommandInbox {
  /** Runs of this process that somebody wants to end. */
  readonly cancellations: readonly { readonly runId: string; readonly reason: string }[];
  /** Tasks with a run that waits for its turn; empty for whoever is not the service. */
  readonly queuedTasks: readonly string[];
}

/** The state of what the command names forbids it. Nothing has changed. */
export class CommandRefusedError extends WorkerError {
  override readonly name = 'CommandRefusedError';

  constructor(message: string) {
    super(message, 'COMMAND_REFUSED');
  }
}

/** The command needs a service, and none runs on this ledger. Nothing has changed. */
export class ServiceNotRunningError extends WorkerError {
  override readonly name = 'ServiceNotRunningError';

  constructor(action: string) {
    super(`No service is running on this ledger: \`${action}\` needs one. Start it with \`npm start\``, 'NO_SERVICE');
  }
}

/** The idempotency key stands for another command. Nothing has changed. */
export class IdempotencyKeyReusedError extends WorkerError {
  override readonly name = 'IdempotencyKeyReusedError';

  constructor(key: string) {
    super(`The idempotency key ${JSON.stringify(key)} was used for another command: use a new one`, 'KEY_REUSED');
  }
}

/**
 * Changes that people ask for, on record: whichever process is concerned finds them there, and each
 * is entered in the audit trail by the same commit. Nothing but pruning changes the trail.
 */
export abstract class CommandLedger {
  /**
   * Resolves when the change is durable. Rejects, changing nothing, with a `CommandRefusedError`,
   * a `ServiceNotRunningError` or an `IdempotencyKeyReusedError`. `run` and `retry` queue a run,
   * a retry with the parameters of the run before; `cancel` ends a queued run at once and leaves an
   * active one to the process that has it.
   */
  abstract perform(request: CommandRequest): Promise<CommandAnswer>;

  /** Only reads. */
  abstract inbox(): Promise<CommandInbox>;

  /** Another number whenever another process may have written since. Costs next to nothing. */
  abstract changeMark(): Promise<number>;

  /** Those that go on after this instant, oldest first. */
  abstract pauses(after: Date): Promise<readonly Pause[]>;

  /** Newest first. */
  abstract audit(query: AuditQuery): Promise<readonly AuditEntry[]>;
}
