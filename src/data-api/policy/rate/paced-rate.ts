import { QuotaEstimate } from './quota-estimate.js';
import { RateCurve } from './rate-curve.js';
import { SlowStart } from './slow-start.js';
import { StartSpacing } from './start-spacing.js';

/** A process does not reach this rate: it is as good as none. */
const MAX_RATE_PER_SECOND = 10_000;
/** A start that is later than this, and than one spacing, was not held back by the rate. */
const MAX_LATENESS_MS = 5;
/** Refusals in a row before nothing is taken to pass. */
const MAX_REFUSALS = 3;
/** A refused request came a little early: near an upstream it is sent again so soon. */
const EARLY_SPACINGS = 0.15;
/** An upstream is near when its refusals come back within this part of a spacing. */
const NEAR_SPACINGS = 0.3;
/** Of a rate that passed, what it falls to when the estimate bounds it. */
const BOUND = 0.97;
/** A known rate explains a darkness of this length, or of this number of spacings. */
export const MAX_EXPLAINED_MS = 3_000;
const MAX_EXPLAINED_SPACINGS = 4;
/** How long to keep to a rate, in pauses that its refusals cost. */
const PATIENCE_PAUSES = 5;

/** A rate while requests pass: starts smoothly, grows, and learns from single refusals. */
export class PacedRate {
  private readonly estimate = new QuotaEstimate();
  private readonly curve = new RateCurve();
  private readonly spacing = new StartSpacing();
  private slowStart: SlowStart | undefined;
  private passedPerSecond = 0;
  private refusalsInRow = 0;

  get perSecond(): number {
    return this.slowStart?.perSecond ?? this.curve.perSecond;
  }

  get isAsGoodAsNone(): boolean {
    return this.perSecond > MAX_RATE_PER_SECOND;
  }

  /** Requests a second that refusals have shown; 0 before they did. */
  get quota(): number {
    return this.curve.quota;
  }

  /** Whether a darkness of this length puts the quota in no doubt. */
  explains(darkMs: number): boolean {
    return darkMs < Math.max(MAX_EXPLAINED_MS, (MAX_EXPLAINED_SPACINGS * 1_000) / this.quota);
  }

  get nextAt(): number {
    return this.spacing.nextAt;
  }

  /** What passed at once before the first refusal. */
  set burst(requests: number) {
    this.estimate.burst = requests;
  }

  /** After a darkness: from a rate that is known to be low. */
  startSlowly(perSecond: number, startedAt: number, now: number, roundTripMs: number): void {
    this.slowStart = new SlowStart(perSecond, now, roundTripMs);
    this.begin(startedAt, now);
  }

  /** After a darkness that does not put the quota in question. */
  resume(quota: number, startedAt: number, now: number): void {
    this.slowStart = undefined;
    this.curve.resume(quota);
    this.begin(startedAt, now);
  }

  /** After a darkness within a window: as before. */
  goOn(startedAt: number, now: number): void {
    this.spacing.resumeAt(Math.max(now, startedAt + 1_000 / this.perSecond));
  }

  /** @returns whether it was the rate that held the request back. */
  started(now: number): boolean {
    const perSecond = this.perSecond;
    const spacingMs = 1_000 / perSecond;
    const isHeldBack = now - this.spacing.nextAt < Math.max(MAX_LATENESS_MS, spacingMs);
    this.estimate.lost(this.spacing.started(now, perSecond));
    if (isHeldBack && !this.slowStart) this.curve.started(spacingMs);
    return isHeldBack;
  }

  /** Some request that was sent at any time has passed. */
  counted(startedAt: number): void {
    this.estimate.passed(startedAt);
    this.refusalsInRow = 0;
  }

  /** A request that was sent at this rate has passed. */
  passed(sentPerSecond: number, isHeldBack: boolean, now: number, roundTripMs: number, most = Infinity): void {
    this.passedPerSecond = sentPerSecond;
    if (!this.slowStart || !isHeldBack) return;
    const before = this.perSecond;
    this.slowStart.passed(now, roundTripMs, most);
    this.spacing.bringForwardTo(this.spacing.nextAt - 1_000 / before + 1_000 / this.perSecond);
  }

  /**
   * @param most requests a second that are known to be the most
   * @returns whether requests still pass: false when nothing seems to.
   */
  refused(now: number, startedAt: number, sentPerSecond: number, most: number): boolean {
    const passedPerSecond = this.passedPerSecond || sentPerSecond;
    const { quota, isFirm } = this.estimate.refused(now, passedPerSecond, sentPerSecond, this.curve.isSettled);
    this.slowStart = undefined;
    if (isFirm) this.curve.settle(Math.min(most, quota));
    else this.bound(Math.min(most, quota), passedPerSecond);
    if (++this.refusalsInRow >= MAX_REFUSALS) return false;
    this.spacing.resumeAt(now + this.retryDelay(now - startedAt, sentPerSecond));
    return true;
  }

  /** There is no limit that could be felt. */
  forget(): void {
    this.slowStart = undefined;
    this.curve.resume(0);
  }

  /** Each refusal costs a pause of this length. */
  expectPauses(milliseconds: number): void {
    this.curve.waitAtLeast(PATIENCE_PAUSES * milliseconds);
  }

  private begin(startedAt: number, now: number): void {
    this.curve.loseCertainty();
    this.estimate.begin(startedAt);
    this.goOn(startedAt, now);
  }

  private bound(most: number, passedPerSecond: number): void {
    if (most < BOUND * passedPerSecond) this.curve.loseCertainty();
    this.curve.resume(Math.min(passedPerSecond, most));
  }

  private retryDelay(refusalMs: number, sentPerSecond: number): number {
    const spacingMs = 1_000 / this.perSecond;
    if (this.refusalsInRow > 1 || refusalMs > NEAR_SPACINGS * spacingMs) return spacingMs;
    return Math.max(EARLY_SPACINGS * spacingMs, spacingMs - 1_000 / sentPerSecond);
  }
}
