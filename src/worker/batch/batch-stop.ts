import { RunInterruptedError } from '../../runs/errors.js';
import type { BatchContext } from './batch-context.js';

/** Of a deadline; the rest is for the items that are in work then. */
const SHARE_TO_BEGIN_ITEMS = 0.9;

/** Whether a batch may still begin anything, and if not, why. */
export class BatchStop {
  private fatal: { readonly error: unknown } | undefined;
  private readonly boundMs: number;

  /** `mayLeaveRest`: the run ends before it is through when its deadline draws near. */
  constructor(
    private readonly context: BatchContext,
    mayLeaveRest: boolean,
  ) {
    const timeLeft = context.deadline - Date.now();
    this.boundMs = mayLeaveRest ? performance.now() + timeLeft * SHARE_TO_BEGIN_ITEMS : Infinity;
  }

  get requested(): boolean {
    const { stopping, signal } = this.context;
    return this.fatal !== undefined || stopping.aborted || signal.aborted || performance.now() >= this.boundMs;
  }

  /** Resolves after this time, or as soon as nothing may begin any more. */
  wait(milliseconds: number): Promise<void> {
    const { stopping, signal } = this.context;
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.requested) return Promise.resolve();
    const timer = setTimeout(resolve, Math.min(milliseconds, this.boundMs - performance.now()));
    const ends = AbortSignal.any([stopping, signal]);
    ends.addEventListener('abort', () => resolve(), { once: true });
    return promise.finally(() => clearTimeout(timer));
  }

  throwIfRequested(): void {
    if (this.requested) throw new RunInterruptedError('shutdown');
  }

  /** No other item can succeed, or the list cannot be read. Only the first such reason counts. */
  for(error: unknown): void {
    const { stopping, signal } = this.context;
    if (stopping.aborted || signal.aborted || error instanceof RunInterruptedError) return;
    this.fatal ??= { error };
  }

  /** Throws why the run cannot end by itself, if there is a reason. */
  throwReason(): void {
    this.context.signal.throwIfAborted();
    if (this.fatal) throw this.fatal.error;
  }
}
