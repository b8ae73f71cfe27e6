import type { AttemptError } from './attempt.error.js';

/** What health reports about an upstream: since when it fails, how often in a row, with what. */
export class UpstreamRecord {
  private failures = 0;
  private since: Date | null = null;
  private error: string | null = null;

  get consecutiveFailures(): number {
    return this.failures;
  }

  get failingSince(): Date | null {
    return this.since;
  }

  /** The latest of the current row of failures. */
  get lastError(): string | null {
    return this.error;
  }

  succeeded(): void {
    if (this.failures === 0) return;
    this.failures = 0;
    this.since = null;
    this.error = null;
  }

  failed(error: AttemptError): void {
    this.failures++;
    this.since ??= new Date();
    this.error = error.message;
  }
}
