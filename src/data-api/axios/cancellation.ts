import { CanceledError, type InternalAxiosRequestConfig } from 'axios';
import { type AbortListener, AbortWatch } from '../waiting/abort-watch.js';

/**
 * All that may cancel a request of axios, as one signal: the caller's signal, else the run's, and
 * the cancel token that `HttpService` adds to every call for unsubscribing.
 */
export class Cancellation implements AbortListener {
  private readonly controller: AbortController | undefined;
  private readonly outer: AbortSignal | undefined;
  private readonly abortWatch: AbortWatch | undefined;

  constructor(
    private readonly config: InternalAxiosRequestConfig,
    runSignal: AbortSignal | undefined,
  ) {
    this.outer = (config.signal as AbortSignal | undefined) ?? runSignal;
    if (!config.cancelToken) return;
    this.controller = new AbortController();
    config.cancelToken.subscribe(this.cancel);
    if (this.outer?.aborted) this.onAbort(this.outer.reason);
    else this.abortWatch = this.outer && new AbortWatch(this.outer, this);
  }

  get signal(): AbortSignal | undefined {
    return this.controller?.signal ?? this.outer;
  }

  /** Call when the request is over. */
  dispose(): void {
    if (!this.controller) return;
    this.config.cancelToken?.unsubscribe(this.cancel);
    this.abortWatch?.end();
  }

  /** What axios rejects with, the signal's reason being its cause. */
  get error(): CanceledError<unknown> {
    const error = new CanceledError(undefined, this.config);
    const value: unknown = this.signal?.reason;
    return Object.defineProperty(error, 'cause', { value, writable: true, configurable: true });
  }

  /** The outer signal has aborted. */
  onAbort(reason: unknown): void {
    this.controller?.abort(reason);
  }

  private readonly cancel = (reason: unknown): void => {
    this.controller?.abort(reason);
  };
}
