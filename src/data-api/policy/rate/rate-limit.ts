import { Activity } from './activity.js';
import { Darkness } from './darkness.js';
import { Opening } from './opening.js';
import { OverloadDoubt } from './overload-doubt.js';
import { MAX_EXPLAINED_MS, PacedRate } from './paced-rate.js';
import { RateCeiling } from './rate-ceiling.js';
import type { Pace, RateTicket, Refusal, RefusalCause } from './rate-ticket.js';
import { RateWindow } from './rate-window.js';
import { UncertainRefusals } from './uncertain-refusals.js';

const FIRST_PROBE_DELAY_MS = 2;
const REDUCED = 0.85;

/**
 * How many requests a second an upstream takes, found out from its refusals. It starts unlimited
 * and costs a comparison per request until the first refusal.
 *
 * - **open**: no rate. At the beginning few requests are in flight (`Opening`).
 * - **dark**: nothing passes. One probe at a time looks for the end (`Darkness`). Its length is the
 *   first estimate; and it tells a refusal for the rate from one for too many at once.
 * - **paced**: requests start evenly spaced, at a rate that moves closely around the quota that
 *   refusals have shown (`PacedRate`), or all of a window's number at its beginning (`RateWindow`).
 *
 * All instants are milliseconds of one monotonic clock that the caller reads: no timers, no clock.
 */
export class RateLimit {
  private readonly opening = new Opening();
  private readonly activity = new Activity();
  private readonly doubt = new OverloadDoubt();
  private readonly uncertain = new UncertainRefusals();
  private readonly paced = new PacedRate();
  readonly ceiling: RateCeiling | undefined;
  private phase: 'open' | 'dark' | 'paced' = 'open';
  private darkness: Darkness | undefined;
  private window: RateWindow | undefined;
  private pausedUntil = -Infinity;
  /** The first pause that it asks for is all that it asks; another one is a quota. */
  private hasBeenPaused = false;

  private sequence = 0;
  /** Tickets before this one are from before the last change: their refusals are known. */
  private currentFrom = 1;
  private inFlight = 0;
  private lastCause: RefusalCause = 'rate';

  /** `ceilingPerSecond`: a rate that is never exceeded. */
  constructor(ceilingPerSecond = Infinity) {
    if (ceilingPerSecond < Infinity) this.ceiling = new RateCeiling(ceilingPerSecond);
  }

  /** Requests a second; null while unlimited. */
  get ratePerSecond(): number | null {
    const most = this.ceiling?.perSecond ?? null;
    if (this.phase === 'open') return most;
    if (this.window?.isBelieved) return this.window.perSecond;
    return Math.min(most ?? Infinity, this.phase === 'dark' ? this.paced.quota : this.paced.perSecond);
  }

  /**
   * When the next request may start: at once if that is not after `now`. `Infinity`: not before an
   * outcome is reported. Ask again after each outcome.
   */
  nextStartAt(now: number): number {
    return Math.max(this.phaseStartAt(now), this.ceiling?.nextAt ?? now);
  }

  started(now: number): Pace {
    this.inFlight++;
    this.sequence++;
    this.ceiling?.started(now);
    this.darkness?.probeStarted(now);
    const { inFlight } = this;
    if (this.phase !== 'paced') return { perSecond: 0, isHeldBack: this.phase === 'dark', inFlight };
    const pace = { perSecond: this.paced.perSecond, isHeldBack: this.paced.started(now), inFlight };
    this.window?.start();
    if (this.window?.isUsedUp) this.darken(now, Infinity, this.window.probeAt(now) - now);
    return pace;
  }

  /** Goes on at a rate that others have found, or at what another share leaves of its own. */
  goOnAt(perSecond: number, now: number): void {
    if (this.darkness) return;
    this.opening.end();
    this.phase = 'paced';
    this.window = undefined;
    this.paced.resume(perSecond, now, now);
    this.currentFrom = this.sequence + 1;
  }

  /** It was answered, with anything but a refusal. */
  passed(ticket: RateTicket, now: number): void {
    this.inFlight--;
    this.uncertain.passed();
    this.activity.passed(ticket, now);
    this.doubt.passed();
    if (this.phase === 'open') this.opening.passed(now);
    else this.passedLimited(ticket, now);
  }

  /**
   * It was refused.
   *
   * @returns what the refusal is about. Tell the concurrency limit of it unless it is the rate.
   */
  refused(ticket: RateTicket, now: number, refusal: Refusal): RefusalCause {
    const inFlight = this.inFlight--;
    if (this.phase === 'open' && !refusal.isCertain && !this.uncertain.areLimit()) return 'unknown';
    if (ticket.sequence >= this.currentFrom) this.lastCause = this.judge(ticket, now, inFlight, refusal);
    else if (refusal.pauseMs > 0) this.darkness?.waitUntil(now + refusal.pauseMs);
    return this.lastCause;
  }

  /** It has shown nothing: cancelled, or not answered. */
  abandoned(ticket: RateTicket): void {
    this.inFlight--;
    this.opening.end();
    if (ticket.sequence >= this.currentFrom) this.darkness?.probeAbandoned();
  }

  /** The breaker decides what is sent: a darkness that began meanwhile is not the limit's. */
  outageBegan(): void {
    if (!this.darkness) return;
    this.darkness = undefined;
    this.window = undefined;
    this.phase = this.paced.quota > 0 ? 'paced' : 'open';
    this.currentFrom = this.sequence + 1;
    this.activity.forget();
  }

  private phaseStartAt(now: number): number {
    if (this.phase === 'paced') return this.paced.nextAt;
    if (this.darkness) return this.darkness.nextProbeAt(this.inFlight);
    return this.inFlight >= this.opening.limit ? Infinity : now;
  }

  private passedLimited(ticket: RateTicket, now: number): void {
    this.paced.counted(ticket.sentAt);
    if (ticket.sequence < this.currentFrom) return this.darkness?.straggled(ticket.sentAt);
    if (this.darkness) return this.light(this.darkness, ticket, now);
    const { perSecond, isHeldBack } = ticket.pace;
    if (this.window?.isExceededBy(this.activity.passes)) this.window = undefined;
    this.paced.passed(perSecond, isHeldBack, now, this.activity.passMs, this.window?.maxPerSecond);
    if (this.paced.isAsGoodAsNone) this.reopen();
  }

  private reopen(): void {
    this.phase = 'open';
    this.darkness = undefined;
    this.window = undefined;
    this.paced.forget();
  }

  private judge(ticket: RateTicket, now: number, inFlight: number, { pauseMs, isCertain }: Refusal): RefusalCause {
    if (pauseMs > 0) this.pausedUntil = now + pauseMs;
    if (this.darkness) {
      if (this.darkness.isDoubtful) this.doubt.refute(now);
      this.darkness.probeRefused(
        now,
        pauseMs > 0 ? this.pausedUntil : this.window?.believedEnd(now, this.activity.passes),
      );
      return 'rate';
    }
    const { sentAt, pace } = ticket;
    const isDoubtful = pauseMs === 0 && this.doubt.isReasonable(now, inFlight, now - sentAt, this.activity.passMs);
    if (this.phase === 'open') return this.refusedOpen(sentAt, now, inFlight, isDoubtful);
    if (isDoubtful && !pace.isHeldBack) return this.askAfter(sentAt, now, inFlight);
    const mayAsk = isDoubtful && !this.window;
    if (this.refusedPaced(ticket, now)) this.currentFrom = this.sequence + 1;
    if (mayAsk && this.doubt.isContradiction(pace.perSecond, this.paced.quota))
      return this.askAfter(sentAt, now, inFlight);
    if (!isCertain && this.uncertain.areRandom(this.paced.quota)) this.reopen();
    if (pauseMs === 0) return 'rate';
    this.paced.expectPauses(pauseMs);
    if (!this.darkness) this.darken(now, now, pauseMs);
    return 'rate';
  }

  private refusedOpen(sentAt: number, now: number, inFlight: number, isDoubtful: boolean): RefusalCause {
    this.opening.end();
    if (isDoubtful && this.doubt.confirms(inFlight)) {
      this.paced.forget();
      this.currentFrom = this.sequence + 1;
      return 'concurrency';
    }
    this.paced.burst = Math.max(1, this.opening.burst);
    if (isDoubtful) return this.askAfter(sentAt, now, inFlight);
    this.doubt.refute(now);
    this.darken(now, sentAt, FIRST_PROBE_DELAY_MS);
    return 'rate';
  }

  /** The next request tells whether it is about the number in flight. */
  private askAfter(sentAt: number, now: number, inFlight: number): RefusalCause {
    this.doubt.ask(inFlight);
    this.darken(now, sentAt, FIRST_PROBE_DELAY_MS, inFlight);
    return 'concurrency';
  }

  /** @returns whether requests still pass. */
  private refusedPaced({ sentAt, pace: { perSecond } }: RateTicket, now: number): boolean {
    const refusal = this.window?.refused(now, this.activity.passes);
    if (refusal === 'full' || refusal === 'early') {
      const probeAt = refusal === 'full' ? this.window?.probeAt(now) : undefined;
      this.darken(now, sentAt, probeAt === undefined ? FIRST_PROBE_DELAY_MS : probeAt - now);
      return false;
    }
    const most = this.window?.ratePerSecond(now, this.activity.passes) ?? Infinity;
    this.window = undefined;
    if (this.paced.refused(now, sentAt, perSecond, most)) return true;
    this.darken(now, sentAt, 1_000 / this.paced.perSecond);
    return false;
  }

  private darken(now: number, refusedAt: number, firstProbeDelayMs: number, suspectedInFlight = Infinity): void {
    this.phase = 'dark';
    this.darkness = new Darkness(now, this.activity.before(now, refusedAt), firstProbeDelayMs, suspectedInFlight);
    this.darkness.waitUntil(this.pausedUntil);
    this.currentFrom = this.sequence + 1;
  }

  /** A probe has passed. */
  private light(darkness: Darkness, probe: RateTicket, now: number): void {
    this.darkness = undefined;
    this.currentFrom = probe.sequence;
    const isOverload = darkness.isDoubtful && this.doubt.answered(now);
    this.phase = isOverload ? 'open' : 'paced';
    const dueAt = Math.min(probe.sentAt, darkness.dueAt);
    if (isOverload) return this.paced.goOn(probe.sentAt, now);
    if (darkness.isRefused && this.window?.isBelieved && this.window.isWithin(dueAt)) {
      this.paced.startSlowly(this.window.firstPerSecond, probe.sentAt, now, this.activity.passMs);
      return;
    }
    const minLengthMs = this.paced.quota > 0 ? MAX_EXPLAINED_MS : 0;
    const end = { darkness, passes: this.activity.passes - 1, dueAt, startedAt: probe.sentAt };
    this.window = this.window?.isBelieved ? this.window.next(end) : RateWindow.supposedAfter(end, minLengthMs);
    if (this.window) this.paced.startSlowly(this.window.firstPerSecond, probe.sentAt, now, this.activity.passMs);
    else this.lightWithoutWindow(darkness, probe.sentAt, now);
    this.pausedUntil = -Infinity;
    this.activity.beginWith(probe, now);
  }

  private lightWithoutWindow(darkness: Darkness, startedAt: number, now: number): void {
    const { quota } = this.paced;
    const isPause = this.pausedUntil > -Infinity;
    if (isPause && quota === 0 && !this.hasBeenPaused) this.reopen();
    else if (quota > 0 && (isPause || this.paced.explains(darkness.lengthAt(startedAt)))) {
      this.paced.resume(isPause ? quota : REDUCED * quota, startedAt, now);
    } else {
      const least = darkness.leastPerSecond(startedAt, this.activity.passes - 1);
      this.paced.startSlowly(least, startedAt, now, this.activity.passMs);
    }
    this.hasBeenPaused ||= isPause;
  }
}
