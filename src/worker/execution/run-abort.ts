/**
 * Ends a run from outside. Nearly every run ends by itself, and many a task never looks: the signal is made when
 * somebody asks for it (it and its listener cost as much as the rest of starting a run).
 */
export class RunAbort {
  private controller: AbortController | undefined;
  private listener: (() => void) | undefined;
  private cause: Error | undefined;

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.cause) this.controller.abort(this.cause);
    }
    return this.controller.signal;
  }

  /** Why the run was told to end; undefined as long as it was not. */
  get reason(): Error | undefined {
    return this.cause;
  }

  /** Only the first reason counts. */
  abort(reason: Error): void {
    if (this.cause) return;
    this.cause = reason;
    this.controller?.abort(reason);
    this.listener?.();
  }

  /** Calls the one listener when the run is told to end, after those of the signal; at once if it was already. */
  onAbort(listener: () => void): void {
    if (this.cause) listener();
    else this.listener = listener;
  }
}
