/** From here on the end of a window is supposed, at one of these lengths from its beginning. */
const MIN_WINDOW_MS = 1_000;
const WINDOWS_MS = [1_000, 2_000, 5_000, 10_000, 12_000, 15_000, 20_000];
const LONG_WINDOW_UNIT_MS = 30_000;
/** A probe that came a little early is not repeated at once. */
const MAX_STEP_MS = 500;
/** The first request may have been longer on its way than the probe is. */
const WINDOW_MARGIN = 1.002;
const MIN_PROBE_DELAY_MS = 2;
/** A probe without an answer for so long does not keep the next one waiting. */
const MAX_PROBE_MS = 10_000;
/** A shorter one is a spacing, and tells the rate. */
export const MIN_LONG_MS = 900;
/** What is tried after a long one, which may have been others' doing. */
const HOPEFUL_PER_SECOND = 2;
/** Stragglers that make a rate. */
const MIN_STRAGGLERS = 5;

/** What came before a darkness. */
export interface BeforeDarkness {
  /** When the requests began that have passed since the last darkness. */
  readonly activeSince: number;
  /** The latest instant at which a window that the first of them began can have begun. */
  readonly windowBeganBy: number;
  /** Start of the last request that passed; -Infinity when none has yet. */
  readonly lastPassAt: number;
  /** Start of the refused request; Infinity when none was refused. */
  readonly refusedAt: number;
}

/**
 * A time in which nothing passes. One probe at a time finds its end: after the time that it has
 * lasted so far, as a spacing must be met to a factor of two; and where it outlasts the activity
 * before it, at the lengths that windows have (1 s, 10 s, a minute, …) from the beginning of that
 * activity. So a minute costs about 17 probes, and the end of a window that begins with the first
 * request is met on the dot.
 */
export class Darkness {
  /** Requests that were refused in it, with the one that began it. */
  refusals: number;
  private probeAt: number;
  private probeStartedAt: number | undefined;
  private lastPassAt: number;
  private stragglers = 0;
  private lastStragglerAt = 0;

  constructor(
    private readonly since: number,
    private readonly before: BeforeDarkness,
    firstProbeDelayMs: number,
    /** Requests in flight when it began, if they may be its reason; else Infinity. */
    private suspectedInFlight = Infinity,
  ) {
    this.refusals = this.isRefused ? 1 : 0;
    this.lastPassAt = before.lastPassAt;
    this.probeAt = since + Math.max(MIN_PROBE_DELAY_MS, firstProbeDelayMs);
  }

  /** It began with a refusal, not with a window that is used up. */
  get isRefused(): boolean {
    return this.before.refusedAt < Infinity;
  }

  /** It may be about too many requests at once. */
  get isDoubtful(): boolean {
    return this.suspectedInFlight < Infinity;
  }

  /** From the last request that passed to the given instant. */
  lengthAt(instant: number): number {
    return instant - this.activeUntil;
  }

  get activeMs(): number {
    return this.activeUntil - this.before.activeSince;
  }

  /** When the limiter let the probe pass at the latest: a late probe had nothing to send. */
  get dueAt(): number {
    return this.probeAt;
  }

  /**
   * Requests a second that the limiter takes at least, as its end shows. `passes`: before it.
   */
  leastPerSecond(startedAt: number, passes: number): number {
    const lengthMs = this.lengthAt(startedAt);
    const spaced = Math.max(1_000 / lengthMs, this.stragglersPerSecond);
    if (lengthMs < MIN_LONG_MS) return spaced;
    const mean = ((passes - 0.5) / (startedAt - this.before.activeSince)) * 1_000;
    return Math.max(spaced, mean, HOPEFUL_PER_SECOND);
  }

  /** Requests a second that passed although they were sent after the refused one; 0 when few. */
  private get stragglersPerSecond(): number {
    if (this.stragglers < MIN_STRAGGLERS) return 0;
    return (this.stragglers / (this.lastStragglerAt - this.before.refusedAt)) * 1_000;
  }

  nextProbeAt(inFlight: number): number {
    if (this.isDoubtful && inFlight * 2 > this.suspectedInFlight) return Infinity;
    return this.probeStartedAt === undefined ? this.probeAt : this.probeStartedAt + MAX_PROBE_MS;
  }

  probeStarted(now: number): void {
    this.probeStartedAt = now;
  }

  /** The probe has shown nothing. */
  probeAbandoned(): void {
    this.probeStartedAt = undefined;
  }

  /** A request from before the darkness has passed. */
  straggled(startedAt: number): void {
    this.lastPassAt = Math.max(this.lastPassAt, startedAt);
    if (startedAt <= this.before.refusedAt) return;
    this.stragglers++;
    this.lastStragglerAt = Math.max(this.lastStragglerAt, startedAt);
  }

  /** The next probe goes out at `believedEnd`, if there is one, or after a search. */
  probeRefused(now: number, believedEnd: number | undefined): void {
    this.probeStartedAt = undefined;
    this.suspectedInFlight = Infinity;
    this.refusals++;
    this.probeAt = believedEnd ?? this.search(now);
  }

  waitUntil(instant: number): void {
    this.probeAt = Math.max(this.probeAt, instant);
  }

  private get activeUntil(): number {
    return this.lastPassAt === -Infinity ? this.since : this.lastPassAt;
  }

  private search(now: number): number {
    const lengthMs = this.lengthAt(now);
    if (2 * lengthMs < MIN_WINDOW_MS || lengthMs < this.activeMs) {
      return now + Math.max(MIN_PROBE_DELAY_MS, now - this.since);
    }
    return this.before.windowBeganBy + WINDOW_MARGIN * nextWindow(now - this.before.windowBeganBy);
  }
}

/** The next common length of a window: some seconds, then half minutes. */
function nextWindow(milliseconds: number): number {
  const least = milliseconds + Math.min(0.02 * milliseconds, MAX_STEP_MS);
  const next = WINDOWS_MS.find((lengthMs) => lengthMs > least);
  return next ?? Math.ceil(least / LONG_WINDOW_UNIT_MS) * LONG_WINDOW_UNIT_MS;
}
