import type { ConcurrencyBounds } from '../../config/settings.js';

const START = 16;
/** After an overload, grow quickly up to this share of where it happened, and carefully beyond. */
const CAREFUL_FROM = 0.9;
/** Rounds at a proven limit after a step beyond it failed. Doubles with each further failure. */
const FIRST_STAY_ROUNDS = 16;
const MAX_STAY_ROUNDS = 128;

/**
 * How many requests may be in flight to an upstream, found out from its answers.
 *
 * This is TCP's loss-based control (RFC 5681): doubling per round up to a threshold, one more per
 * round beyond it, halving on overload, at most once per round. A round is as many successes as the
 * limit, and only rounds in which the limit was the constraint count. TCP has no memory: its
 * sawtooth between half and all of the capacity would give away a quarter of it. So a limit that
 * has had a whole round without overload is proven; a failed step beyond it costs only the step,
 * and the next one is tried after a stay that grows with every failure.
 *
 * The gradient and Vegas algorithms of Netflix' concurrency-limits were not taken: they infer the
 * load from latency, and with a near upstream a process measures mostly its own event loop.
 */
export class ConcurrencyLimit {
  private limit: number;
  private threshold: number;
  private proven = 0;
  private stay = 1;
  private successes = 0;
  /** Answers to requests before this one say nothing about the current limit. */
  private currentFrom = 0;
  private sequence = 0;
  private running = 0;
  /** The request that took the last place, the last time that one did. */
  private fullAt = 0;
  /** What this process may use of the bound: all of it where there is no other one. */
  share = Infinity;

  constructor(private readonly bounds: ConcurrencyBounds) {
    this.limit = Math.min(bounds.max, Math.max(bounds.min, START));
    this.threshold = bounds.max;
  }

  get value(): number {
    return Math.min(this.limit, this.share);
  }

  /** What the upstream was found to take, however small the share is. */
  get foundOut(): number {
    return this.limit;
  }

  get inFlight(): number {
    return this.running;
  }

  get isReached(): boolean {
    return this.running >= this.value;
  }

  /** Takes a place; its number goes with the answer. */
  acquire(): number {
    this.running++;
    this.sequence++;
    if (this.isReached) this.fullAt = this.sequence;
    return this.sequence;
  }

  release(): void {
    this.running--;
  }

  /** Call before the place is given back. */
  succeeded(sequence: number): void {
    const most = Math.min(this.bounds.max, this.share);
    if (this.limit >= most || sequence < this.currentFrom || !this.wasReached(sequence)) return;
    this.successes++;
    if (this.limit < this.threshold) this.grow();
    else if (this.successes >= this.limit * this.rounds) this.step();
  }

  /**
   * A request was refused because too many were in flight, `inFlight` with it, which may have been
   * fewer than the limit. Call before the place is given back.
   */
  exceeded(sequence: number, inFlight: number): void {
    if (this.wasReached(sequence)) this.overloaded(sequence);
    else this.limit = Math.max(this.bounds.min, Math.min(this.limit, inFlight));
  }

  /** Call before the place is given back. */
  overloaded(sequence: number): void {
    // With so few in flight their number cannot be the reason.
    if (sequence < this.currentFrom || (!this.wasReached(sequence) && this.running * 2 <= this.value)) return;
    if (this.proven > 0 && this.value > this.proven) this.stepBack();
    else this.halve();
    this.successes = 0;
    this.currentFrom = this.sequence + 1;
  }

  /** Whether the limit was the constraint at any time while this request was in flight. */
  private wasReached(sequence: number): boolean {
    return this.fullAt >= sequence;
  }

  /** One to prove a limit; as many as it takes to try the next one after failed steps. */
  private get rounds(): number {
    return this.limit > this.proven ? 1 : this.stay;
  }

  private grow(): void {
    this.limit++;
    this.successes = 0;
  }

  private step(): void {
    if (this.limit > this.proven) this.stay = 1;
    this.proven = this.limit;
    this.grow();
    this.currentFrom = this.sequence + 1;
  }

  private stepBack(): void {
    this.limit = this.proven;
    this.stay = Math.min(MAX_STAY_ROUNDS, Math.max(FIRST_STAY_ROUNDS, this.stay * 2));
  }

  private halve(): void {
    this.threshold = Math.max(this.bounds.min, Math.floor(this.value * CAREFUL_FROM));
    this.limit = Math.max(this.bounds.min, Math.floor(this.value / 2));
    this.proven = 0;
    this.stay = 1;
  }
}
