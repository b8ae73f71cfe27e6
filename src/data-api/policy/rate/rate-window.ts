import { type Darkness, MIN_LONG_MS } from './darkness.js';

/** Fewer do not make a window. */
const MIN_REQUESTS = 5;
/** Of the believed number, what makes a window full. */
const FULL = 0.9;
/** Of its length, in which a full one must have passed for it to be a window, not a rate. */
const MAX_FILLING = 0.7;
/** It has reopened when this part of its length is over. */
const REOPENED = 0.97;
const WITHIN = 0.9;
/** Limiters that remember each request are a little slower to forget than the first one says. */
const MARGIN = 1.002;
const MARGIN_MS = 5;
/** Slow start stays below this multiple of the window's rate… */
const MAX_RATES = 5;
/** …and below this one once it is believed: such a window takes its whole number at once. */
const MAX_BELIEVED_RATES = 20;
/** Every second window is tested. */
const TEST_EVERY = 2;
/** Where in the closed part of a window the next test goes: has it risen, has it shortened? */
const TESTS = [0.5, 0.95];

/** A darkness that a probe has ended. */
interface DarknessEnd {
  readonly darkness: Darkness;
  /** Requests that passed before it. */
  readonly passes: number;
  /** When the probe started, and when it could have if there had been something to send. */
  readonly startedAt: number;
  readonly dueAt: number;
}

/** What a refusal says about a window. */
type WindowRefusal = 'full' | 'early' | 'contradiction';

/**
 * A quota of a number of requests in a window, as fixed and sliding windows have: they let all of
 * it pass at once, and then nothing until the window is over. It is supposed after a long darkness
 * that follows a short activity, and believed when that number passes again in a part of the time
 * and no more. Then the number is sent slowly growing, and nothing until the window is over.
 *
 * Whoever keeps to a window never sees that it has become larger. So in every second window one
 * request tests it: in the middle of its closed part, by turns with shortly before its end. If it
 * passes, the window is forgotten and looked for again from there.
 */
export class RateWindow {
  private started = 1;
  private believed = false;
  /** It remembers each request, and takes the next one no earlier than its length after that. */
  private slides = false;

  constructor(
    private readonly requests: number,
    private readonly lengthMs: number,
    private readonly startedAt: number,
    private readonly tests = 0,
  ) {}

  /** After a long darkness that follows a short activity. */
  static supposedAfter(
    { darkness, passes, dueAt, startedAt }: DarknessEnd,
    minLengthMs: number,
  ): RateWindow | undefined {
    const lengthMs = darkness.lengthAt(dueAt);
    const isLong = lengthMs >= Math.max(MIN_LONG_MS, minLengthMs) && lengthMs > darkness.activeMs;
    const isWindow = passes >= MIN_REQUESTS && isLong;
    return isWindow ? new RateWindow(passes, lengthMs + darkness.activeMs, startedAt) : undefined;
  }

  get isBelieved(): boolean {
    return this.believed;
  }

  get perSecond(): number {
    return (this.requests / this.lengthMs) * 1_000;
  }

  /** What slow start begins with. */
  get firstPerSecond(): number {
    return (this.takesAllAtOnce ? MAX_RATES : 1) * this.perSecond;
  }

  /** What slow start stays below. */
  get maxPerSecond(): number {
    return (this.takesAllAtOnce ? MAX_BELIEVED_RATES : MAX_RATES) * this.perSecond;
  }

  /** All of it is used: nothing more passes until it is over. */
  get isUsedUp(): boolean {
    return this.believed && this.started >= this.requests;
  }

  start(): void {
    this.started++;
  }

  /** More has passed than it was supposed to let through. */
  isExceededBy(passes: number): boolean {
    return !this.believed && passes > this.requests;
  }

  refused(now: number, passes: number): WindowRefusal {
    const isFull = this.isFilledBy(passes);
    if (isFull && now - this.startedAt < MAX_FILLING * this.lengthMs) this.believed = true;
    if (!this.believed) return 'contradiction';
    if (!isFull) this.slides = true;
    return isFull ? 'full' : 'early';
  }

  /** Requests a second since the one before it began, if it is none. */
  ratePerSecond(now: number, passes: number): number {
    if (passes > this.requests) return Infinity;
    return ((this.requests + passes) / (this.lengthMs + now - this.startedAt)) * 1_000;
  }

  /** When the next request goes out after it is used up at `now`. */
  probeAt(now: number): number {
    if (this.tests % TEST_EVERY !== TEST_EVERY - 1) return this.endsAt;
    const part = TESTS[Math.floor(this.tests / TEST_EVERY) % TESTS.length] ?? 1;
    return now + (this.endsAt - now) * part;
  }

  get endsAt(): number {
    return this.startedAt + this.lengthMs * MARGIN + MARGIN_MS;
  }

  /** When it is over, if it is believed and used up. */
  believedEnd(now: number, passes: number): number | undefined {
    return this.believed && this.isFilledBy(passes) && now < this.endsAt ? this.endsAt : undefined;
  }

  /** A request that was refused within it, but not for it. */
  isWithin(instant: number): boolean {
    return instant - this.startedAt < WITHIN * this.lengthMs;
  }

  isFilledBy(passes: number): boolean {
    return passes >= FULL * this.requests;
  }

  /** The window that begins with the probe that has passed. */
  next({ darkness, passes, dueAt, startedAt }: DarknessEnd): RateWindow {
    const sinceMs = dueAt - this.startedAt;
    if (sinceMs < REOPENED * this.lengthMs) return new RateWindow(Math.max(1, passes), sinceMs, startedAt);
    const isLonger = darkness.isRefused || darkness.refusals > 1;
    const lengthMs = isLonger ? Math.max(sinceMs, REOPENED * this.lengthMs) : Math.min(sinceMs, this.lengthMs);
    const next = new RateWindow(darkness.isRefused ? passes : this.requests, lengthMs, startedAt, this.tests + 1);
    next.believed = true;
    next.slides = this.slides;
    return next;
  }

  private get takesAllAtOnce(): boolean {
    return this.believed && !this.slides;
  }
}
