/** One Ctrl-C arrives several times: from the terminal, and again from npm, which passes it on. */
const ONE_KEYSTROKE = 1_000;

/** A signal, or the end of the time that the demo was given. */
export class StopRequest {
  readonly made: Promise<void>;
  /** Called when somebody asks again, after the stop has begun. */
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
    if (Date.now() - this.madeAt > ONE_KEYSTROKE) this.onImpatience();
  }
}
