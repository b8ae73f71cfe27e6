import { setImmediate as nextTurn } from 'node:timers/promises';
import { LedgerUnavailableError } from '../../runs/errors.js';
import type { Transaction } from '../sql/transaction.js';

/** What a commit may take of the event loop before it leaves the rest to the next one. */
const MAX_COMMIT_MS = 5;

type Begin<T> = () => Transaction<T>;
type Transact = <T>(begin: Begin<T>) => Promise<T>;

interface Job {
  readonly begin: Begin<unknown>;
  readonly end: PromiseWithResolvers<unknown>;
}

/**
 * Commits together what is written in the same turn of the event loop: a commit costs a wait for
 * the disk, however much is in it. Each write resolves after its commit, and fails alone.
 */
export class GroupCommit {
  private jobs: Job[] = [];
  private committing: Promise<void> | undefined;

  constructor(private readonly transact: Transact) {}

  write<T>(begin: Begin<T>): Promise<T> {
    const end = Promise.withResolvers<unknown>();
    this.jobs.push({ begin, end });
    this.committing ??= this.commitAll();
    return end.promise as Promise<T>;
  }

  /** Resolves when nothing is left to commit. */
  async idle(): Promise<void> {
    while (this.committing) await this.committing;
  }

  private async commitAll(): Promise<void> {
    do {
      // Runs that end together share a commit, and writes in a row keep nothing else waiting.
      await nextTurn();
      await this.commitSome();
    } while (this.jobs.length > 0);
    this.committing = undefined;
  }

  private async commitSome(): Promise<void> {
    const begun: Job[] = [];
    try {
      const values = await this.transact(() => {
        this.jobs.unshift(...begun.splice(0));
        return this.perform(begun);
      });
      begun.forEach((job, index) => job.end.resolve(values[index]));
    } catch (error) {
      if (begun.length === 0) begun.push(...this.jobs.splice(0));
      await this.settle(begun, error);
    }
  }

  private *perform(begun: Job[]): Transaction<unknown[]> {
    const values: unknown[] = [];
    const until = performance.now() + MAX_COMMIT_MS;
    do {
      const job = this.jobs.shift();
      if (!job) break;
      begun.push(job);
      values.push(yield* job.begin());
    } while (performance.now() < until);
    return values;
  }

  /** A ledger that is unavailable is so for all; any other error is the fault of one write only. */
  private async settle(jobs: readonly Job[], error: unknown): Promise<void> {
    if (jobs.length === 1 || error instanceof LedgerUnavailableError) {
      for (const { end } of jobs) end.reject(error);
      return;
    }
    for (const job of jobs) await this.transact(job.begin).then(job.end.resolve, job.end.reject);
  }
}
