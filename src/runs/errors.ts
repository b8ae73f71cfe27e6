/**
 * An error that tells programs what it is. `code` is recorded with the run and decides the exit
 * code of the CLI. Errors of this kind are part of the contract; anything else is recorded under
 * its name with the code `ERROR`.
 *
 * A class that extends it sets `override readonly name` to a literal: the bundler may rename it.
 */
export class WorkerError extends Error {
  /** True: no other item of the run can succeed either, as when the worker is not authorised. */
  readonly endsRun: boolean = false;

  /** True: the item this error is about does not exist any more. */
  readonly itemGone: boolean = false;

  /** How often it was tried. */
  readonly attempts: number = 1;

  constructor(
    message: string,
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/**
 * The error itself, or the one that it wraps: an `AxiosError` of `HttpService` has a `WorkerError`
 * as its cause. Never throws.
 */
export function workerErrorIn(error: unknown): WorkerError | undefined {
  try {
    if (error instanceof WorkerError) return error;
    return error instanceof Error && error.cause instanceof WorkerError ? error.cause : undefined;
  } catch {
    // A proxy can throw at any question about it.
    return undefined;
  }
}

/** The deadline of a run passed. */
export class RunTimedOutError extends WorkerError {
  override readonly name = 'RunTimedOutError';

  constructor(task: string, timeout: string) {
    super(`${task} did not end within its deadline of ${timeout}`, 'TIMED_OUT');
  }
}

/** Somebody asked for the end of the run. */
export class RunCancelledError extends WorkerError {
  override readonly name = 'RunCancelledError';

  constructor(readonly reason: string) {
    super(`The run was cancelled: ${reason}`, 'CANCELLED');
  }
}

/** The process is stopping and the run had to be left; it resumes with the next start. */
export class RunInterruptedError extends WorkerError {
  override readonly name = 'RunInterruptedError';

  constructor(readonly reason: string) {
    super(`The run was interrupted: ${reason}`, 'INTERRUPTED');
  }
}

/** Another process has taken the run over: this one stops it, and records nothing more of it. */
export class RunLostError extends WorkerError {
  override readonly name = 'RunLostError';
  override readonly endsRun = true;

  constructor(runId: string) {
    super(`Run ${runId} was taken over by another process; it stops here`, 'RUN_LOST');
  }
}

/** The run took its process down again and again: it is not resumed any more. */
export class RunLostRepeatedlyError extends WorkerError {
  override readonly name = 'RunLostRepeatedlyError';

  constructor(task: string, crashes: number) {
    super(
      `The process died ${crashes} times in a row while ${task} was running, without a checkpoint; this run is given up`,
      'LOST_REPEATEDLY',
    );
  }
}

/** The ledger could not record. Names the file, the cause and the remedy. */
export class LedgerUnavailableError extends WorkerError {
  override readonly name = 'LedgerUnavailableError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, 'LEDGER_UNAVAILABLE', options);
  }
}

/** Waiting does not help: somebody has to change the configuration or the database. */
export class LedgerUnusableError extends WorkerError {
  override readonly name = 'LedgerUnusableError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, 'LEDGER_UNUSABLE', options);
  }
}

/** There has never been a ledger where one was to be read. Nothing is made there. */
export class LedgerMissingError extends WorkerError {
  override readonly name = 'LedgerMissingError';

  constructor(file: string) {
    super(
      `There is no ledger at ${file}: no worker has run with it. ` +
        'Point DATABASE_URL at the right file, or start the service.',
      'LEDGER_MISSING',
    );
  }
}

/** A submission came while the engine was not accepting. */
export class EngineNotAcceptingError extends WorkerError {
  override readonly name = 'EngineNotAcceptingError';

  constructor(phase: string) {
    super(`The worker takes no runs while it is ${phase}`, 'NOT_ACCEPTING');
  }
}

/** The item had failed or brought the process down too often and is left alone for a while. */
export class ItemQuarantinedError extends WorkerError {
  override readonly name = 'ItemQuarantinedError';

  constructor(until: string, cause: string) {
    super(`In quarantine until ${until}: ${cause}`, 'QUARANTINED');
  }
}

/** The list gave an item no id that can be used. Nothing was done with it. */
export class ItemIdMissingError extends WorkerError {
  override readonly name = 'ItemIdMissingError';
  override readonly attempts = 0;

  constructor(place: number, offset: number, cause: unknown) {
    super(`Item ${place} of the page at offset ${offset} cannot be identified: ${reasonOf(cause)}`, 'BAD_ID', {
      cause,
    });
  }
}

/** Too many items failed one after the other: the rest of the list would most likely fail, too. */
export class TooManyFailuresError extends WorkerError {
  override readonly name = 'TooManyFailuresError';
  override readonly endsRun = true;

  constructor(inARow: number, last: unknown) {
    super(
      `${inARow} items failed in a row, the last with: ${reasonOf(last)}. The rest of the list is left to the next run`,
      'TOO_MANY_FAILURES',
      { cause: last },
    );
  }
}

/** Too many items have no usable id: the list as a whole does not match what was agreed. */
export class TooManyItemsWithoutIdError extends WorkerError {
  override readonly name = 'TooManyItemsWithoutIdError';
  override readonly endsRun = true;

  constructor(most: number, last: ItemIdMissingError) {
    super(`More than ${most} items have no usable id, most recently: ${last.message}`, 'BAD_ID', { cause: last });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
