const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;
type StopSignal = keyof typeof SIGNAL_NUMBERS;

/**
 * Listens for SIGTERM and SIGINT from the first moment on. Until there is something to stop, a
 * signal ends the process at once with 0; afterwards the first one stops it in order, and a second
 * one ends it at once with 128 + its number.
 */
export class StopSignals {
  private stop: (() => Promise<void>) | undefined;
  private stopping = false;

  constructor() {
    for (const signal of Object.keys(SIGNAL_NUMBERS) as StopSignal[]) process.on(signal, () => this.receive(signal));
  }

  /** From now on a signal calls this, which has to end the process itself. */
  onStop(stop: () => Promise<void>): void {
    this.stop = stop;
  }

  private receive(signal: StopSignal): void {
    if (this.stopping) process.exit(128 + SIGNAL_NUMBERS[signal]);
    if (!this.stop) process.exit(0);
    this.stopping = true;
    void this.stop();
  }
}
