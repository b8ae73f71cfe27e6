/** One Ctrl-C may arrive several times: from the terminal, and forwarded by npm. */
const ONE_KEYSTROKE_MS = 1_000;

/** Resolves on a signal or at the end of the given duration. */
export class StopRequest {
  readonly made: Promise<void>;
  /** Called for a further signal after the stop has begun. */
  onImpatience: () => void = () => {};
  private madeAt: number | undefined;
  private readonly resolve: () => void;

  constructor(duration: number | undefined) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.made = promise;
    this.resolve = resolve;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.receive());
    if (duration !== undefined) setTimeout(() => this.receive(), duration).unref();
  }

  private receive(): void {
    this.madeAt ??= Date.now();
    this.resolve();
    if (Date.now() - this.madeAt > ONE_KEYSTROKE_MS) this.onImpatience();
  }
}
