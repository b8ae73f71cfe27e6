import type { AttemptError } from './attempt.error.js';

/** What is told about a host's health: since when it fails, how often in a row, and with what. */
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

  /** Of the present row of failures. */
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
