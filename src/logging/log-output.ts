import { type DestinationStream, pino } from 'pino';
import { SECOND } from '../time/duration.js';

/** Lines that wait for a reader, some 16,000. What comes on top is dropped. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/** How soon a pipe that was full is tried again: doubles from the one to the other. */
const MIN_RETRY_MS = 5;
const MAX_RETRY_MS = 100;
/** How soon a disk that was full, or a reader that has gone, is tried again. */
const RETRY_AFTER_FAILURE_MS = SECOND;
/** How long the end of the process waits for the reader of the last lines. */
const MAX_LAST_WORDS_MS = 250;

export interface LogOutputEvents {
  /** A line was dropped. Must not log. */
  onDropped(): void;
  /** All that waited is out again, after this many lines were dropped. */
  onRestored(lines: number): void;
}

/**
 * Writes log lines to a file descriptor, and never waits for it: a line is out at once where it can
 * be; otherwise it waits in a bounded buffer, and beyond that it is dropped and counted. A full
 * disk, a reader that sleeps or one that has gone costs lines, and nothing else.
 *
 * The descriptor has to be a file, a terminal, or a pipe that does not block. Writing in a thread
 * would not help with one that does: such a thread keeps the process from ending.
 */
export class LogOutput implements DestinationStream {
  private readonly stream: ReturnType<typeof pino.destination>;
  private dropped = 0;
  private told = 0;
  private failure: NodeJS.ErrnoException | undefined;
  private retry: NodeJS.Timeout | undefined;
  private retryAfterMs = MIN_RETRY_MS;

  constructor(
    descriptor: number,
    private readonly events: LogOutputEvents,
    maxWaitingBytes = MAX_WAITING_BYTES,
  ) {
    this.stream = pino.destination({
      dest: descriptor,
      sync: true,
      maxLength: maxWaitingBytes,
      // To sleep until a pipe has room is pino's way, and would stop the worker.
      retryEAGAIN: () => false,
    });
    // pino's own listener gives up for good when a reader goes, and throws at a second full disk.
    this.stream.removeAllListeners('error');
    this.stream.on('error', (error: NodeJS.ErrnoException) => this.fail(error));
    this.stream.on('drop', () => this.drop());
    process.once('exit', () => this.flushSync());
  }

  /** Lines that were dropped since the start. */
  get linesDropped(): number {
    return this.dropped;
  }

  /** Never throws. A line that cannot be written keeps its place until it can. */
  write(line: string): void {
    this.stream.write(line);
  }

  /** Last words: waits for a slow reader, but not for long. pino calls it after a fatal line. */
  flushSync(): void {
    const until = performance.now() + MAX_LAST_WORDS_MS;
    while (!this.attempt() && isBusy(this.failure) && performance.now() < until) sleepSync(MIN_RETRY_MS);
  }

  /** Writes what waits; false when something is left. */
  private attempt(): boolean {
    this.failure = undefined;
    this.stream.write('');
    return this.failure === undefined;
  }

  private fail(error: NodeJS.ErrnoException): void {
    this.failure = error;
    this.retry ??= setTimeout(
      () => this.tryAgain(),
      isBusy(error) ? this.retryAfterMs : RETRY_AFTER_FAILURE_MS,
    ).unref();
  }

  private tryAgain(): void {
    this.retry = undefined;
    this.retryAfterMs = Math.min(2 * this.retryAfterMs, MAX_RETRY_MS);
    if (this.attempt()) this.retryAfterMs = MIN_RETRY_MS;
  }

  private drop(): void {
    if (this.dropped === this.told) this.stream.once('drain', () => this.restored());
    this.dropped += 1;
    this.events.onDropped();
  }

  private restored(): void {
    const lines = this.dropped - this.told;
    this.told = this.dropped;
    this.events.onRestored(lines);
  }
}

function isBusy(error: NodeJS.ErrnoException | undefined): boolean {
  return error?.code === 'EAGAIN' || error?.code === 'EBUSY';
}

function sleepSync(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
