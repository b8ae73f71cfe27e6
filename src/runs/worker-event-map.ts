import type { ItemCounts, Run, RunError, RunOutcome } from './run.js';

/** One attempt of a request to an upstream, and what came of it. */
export interface SentRequest {
  /** Scheme, host and port. */
  readonly host: string;
  readonly method: string;
  /** Path without the query, which may hold secrets. */
  readonly path: string;
  /** 1, and one more for each retry of the request. */
  readonly attempt: number;
  readonly durationMs: number;
  /** Null when no answer came. */
  readonly status: number | null;
  /** Why the attempt failed, as an `AttemptProblem`; null when it succeeded. */
  readonly problem: string | null;
}

/** The item of a run that an event is about. */
interface ItemEvent {
  readonly runId: string;
  readonly task: string;
  readonly itemId: string;
}

/**
 * Everything that happens in a worker and that anybody may want to know, with its facts. Names are
 * `subject.verb`, the verb in the past. A subscriber gets what it needs to act from the event
 * alone.
 */
export interface WorkerEventMap {
  /** A run begins an attempt. `at`: its reference instant. */
  'run.started': { readonly run: Run; readonly at: Date };
  /** Emitted for every item: a subscriber that is not cheap thins them out itself. */
  'run.progressed': { readonly runId: string; readonly task: string; readonly items: ItemCounts };
  /**
   * The end is recorded. `status` is how this attempt ended; `run` is what is on record. `stack`:
   * where the task threw an error of its own.
   */
  'run.finished': { readonly run: Run; readonly status: RunOutcome['status']; readonly stack?: string | undefined };
  /** The deadline is near: the run ends, and leaves items in its list for the next one. */
  'run.rest_left': { readonly runId: string; readonly task: string; readonly items: ItemCounts };
  /** A run that a process had left starts again here, as a further attempt. */
  'run.resumed': { readonly run: Run };
  /** Another process has taken the run over: it stops here, and nothing more of it is recorded. */
  'run.lost': { readonly run: Run };
  /** This process begins to work on items of a run that another one holds. */
  'run.helped': { readonly run: Run };
  /** It works on no more of them. `items`: how many it has processed. */
  'run.help_ended': { readonly run: Run; readonly items: number };
  /** The end of a run was not recorded before the process had to end; the next start resumes it. */
  'run.unrecorded': { readonly run: Run; readonly error: unknown };
  /** The ledger cannot record; the run waits until it can. Emitted once for each wait. */
  'run.blocked': { readonly run: Run; readonly error: unknown };
  /** The task did not end in `graceMs` after it was told to; its run ends without it. */
  'run.signal_ignored': { readonly run: Run; readonly graceMs: number };
  /** The task of a run that had ended without it has settled. */
  'run.settled_late': { readonly run: Run; readonly failed: boolean };
  /** A queued run could not be started; it stays queued. */
  'run.start_failed': { readonly task: string; readonly error: unknown };
  /** An error that nothing caught arose from what the task of the current run left behind. */
  'run.error_escaped': { readonly kind: 'exception' | 'rejection'; readonly error: unknown };

  /** A due slot, or with `run.slot` null a request by hand, got no run: see `run.reason`. */
  'slot.skipped': { readonly run: Run };
  /** A slot passed without anybody acting on it; `run.reason` says why. */
  'slot.missed': { readonly run: Run };
  /** A claim could not be recorded, and will not be. */
  'slot.rejected': { readonly task: string; readonly error: unknown };

  /** An item failed for good in this run. `attempts` 0: it was not tried. */
  'item.failed': ItemEvent & {
    readonly attempts: number;
    readonly error: RunError;
    readonly stack?: string | undefined;
  };
  /** An item that had a record of failures is done. */
  'item.recovered': ItemEvent;
  /** An item in quarantine was not tried. Comes beside its `item.failed`, which has 0 attempts. */
  'item.quarantined': ItemEvent & { readonly until: Date };

  'request.sent': SentRequest;
  /** A failed attempt will be followed by another one, after `delayMs`. */
  'request.retried': SentRequest & { readonly delayMs: number; readonly error: string };

  /** The upstream asked for a pause, and none was going on. */
  'upstream.paused': { readonly host: string; readonly pauseMs: number };
  /** The circuit breaker opened: requests wait for a probe to succeed. */
  'upstream.opened': { readonly host: string; readonly error: string };
  /** The circuit breaker closed again. */
  'upstream.closed': { readonly host: string };
  /** Shares of upstreams stay as they are; that is tried again every second. Emitted once. */
  'upstream.sharing_failed': { readonly error: unknown };

  /** The scheduler has begun with these tasks, the first due first. `next`: null when never due. */
  'scheduler.armed': {
    readonly tasks: readonly { readonly name: string; readonly schedule: string; readonly next: Date | null }[];
  };
  /** Due slots cannot be recorded; they are tried again every second. Emitted once. */
  'scheduler.blocked': { readonly error: unknown };
  'scheduler.unblocked': object;
  'scheduler.clock_set_back': { readonly byMs: number };
  /** Looking for runs that other processes left has failed; it is tried again. */
  'engine.takeover_failed': { readonly error: unknown };
  /** Runs that wait cannot be offered to other replicas: they find them by looking every second. */
  'engine.queue_failed': { readonly error: unknown };

  /** What others ask for cannot be read or carried out; it is tried again. Emitted once. */
  'commands.blocked': { readonly error: unknown };

  /** A line was logged inside a run. `line`: as it is written, secrets masked. Must not log. */
  'log.line_written': { readonly runId: string; readonly line: string };

  /** It cannot be opened now; it is tried again until it is open. Emitted once. */
  'ledger.unreachable': { readonly error: unknown };
  'ledger.created': { readonly file: string };
  /** What was written in one transaction is durable. */
  'ledger.committed': { readonly durationMs: number };
  'ledger.pruned': { readonly runs: number };
  'ledger.prune_failed': { readonly error: unknown };

  /** The service starts with this configuration. `environmentFile`: null when there is none. */
  'configuration.read': {
    readonly environmentFile: string | null;
    readonly warnings: readonly { readonly subject: string; readonly message: string }[];
  };
  'worker.started': object;
  'worker.draining': object;
  'worker.stopped': object;
  /** Other replicas have taken this process for dead, and its runs over. It begins anew. */
  'worker.lost': object;
  /** This machine's clock differs from the ledger's database, whose time is used. */
  'worker.clock_off': { readonly offsetMs: number };
  'service.listening': { readonly url: string };
  /** The stop could not record everything; the next start recovers it. */
  'service.stop_failed': { readonly error: unknown };
  'service.stop_timed_out': object;
  /** A request to the ops API failed for a reason that nobody foresaw. */
  'ops.request_failed': { readonly error: unknown };
  /** An error that nothing caught, outside of any run: the process is about to end. */
  'process.failed': { readonly kind: 'exception' | 'rejection'; readonly error: unknown };

  /** A line of the log could not be written and is lost. Emitted for each: do not log it. */
  'log.line_dropped': object;
  /** The log can be written again, after this many lines were lost. */
  'log.restored': { readonly lines: number };

  /** Alerts could not be judged or told; that is tried again. Emitted once until it works. */
  'alert.failed': { readonly error: unknown };
  /** Spans could not be sent to the collector, and are lost. Emitted once until it works. */
  'traces.failed': { readonly error: unknown };
  /** A ping was given up. */
  'ping.failed': { readonly task: string; readonly error: unknown };
  /** A subscriber threw. It stays subscribed, and no other one has noticed. */
  'subscriber.failed': { readonly event: string; readonly error: unknown };
}

export type WorkerEventName = keyof WorkerEventMap;
