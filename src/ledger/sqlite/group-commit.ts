import { setImmediate } from 'node:timers';
import { Burst } from '../../time/burst.js';
import { LedgerUnavailableError } from '../../runs/errors.js';
import type { Steps, Write } from '../sql/steps.js';

/** What a commit may take of the event loop, in milliseconds, before it leaves the rest to the next one. */
const LONGEST_COMMIT = 5;

/**
 * Commits that begin at once, within so many milliseconds: the start of a run and its end. The event loop needs its turn
 * before a third one, or writes that follow each other would keep everything else waiting.
 */
const AT_ONCE = 2;
const QUICK_SUCCESSION = 10;

type Transact = <T>(write: Write<T>) => Promise<T>;

interface Job {
  readonly write: Write<unknown>;
  readonly end: PromiseWithResolvers<unknown>;
}

/**
 * Commits together what is written in the same turn of the event loop: a commit costs a wait for the disk, however
 * much is in it. Each write resolves after its commit, and fails alone. What comes after a pause is committed in the same
 * turn.
 */
export class GroupCommit {
  private jobs: Job[] = [];
  private committing: Promise<void> | undefined;
  private readonly burst = new Burst(QUICK_SUCCESSION);

  constructor(private readonly transact: Transact) {}

  write<T>(write: Write<T>): Promise<T> {
    const end = Promise.withResolvers<unknown>();
    this.jobs.push({ write, end });
    this.committing ??= this.commitAll();
    return end.promise as Promise<T>;
  }

  /** Resolves when nothing is left to commit. */
  async idle(): Promise<void> {
    while (this.committing) await this.committing;
  }

  private async commitAll(): Promise<void> {
    if (this.burst.next() > AT_ONCE) await nextTurn();
    else await sameTurn;
    await this.commitSome();
    while (this.jobs.length > 0) {
      await nextTurn();
      await this.commitSome();
    }
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

  private *perform(begun: Job[]): Steps<unknown[]> {
    const values: unknown[] = [];
    const until = performance.now() + LONGEST_COMMIT;
    do {
      const job = this.jobs.shift();
      if (!job) break;
      begun.push(job);
      values.push(yield* job.write());
    } while (performance.now() < until);
    return values;
  }

  /** A ledger that is unavailable is so for all; any other error is the fault of one write, and not of the others. */
  private async settle(jobs: readonly Job[], error: unknown): Promise<void> {
    if (jobs.length === 1 || error instanceof LedgerUnavailableError) {
      for (const { end } of jobs) end.reject(error);
      return;
    }
    for (const job of jobs) await this.transact(job.write).then(job.end.resolve, job.end.reject);
  }
}

/** Lets those who have ended together, and are about to write it, do so first. */
const sameTurn = Promise.resolve();

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
