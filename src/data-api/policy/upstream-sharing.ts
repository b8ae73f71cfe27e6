import type { ApiSettings } from '../../config/settings.js';
import type { KnownOutage, UpstreamShare, UpstreamUse } from '../../ledger/upstream-shares.js';
import type { Admission } from './admission.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { ConcurrencyLimit } from './concurrency-limit.js';
import type { RateLimit } from './rate/rate-limit.js';
import type { ServedOthers } from './served-others.js';

/** One that is longer by less is not worth a word to other processes. */
const MIN_TOLD_PAUSE_MS = 250;
/** How much longer than who has found an outage the others wait before they look themselves. */
const LATER_PROBE_MS = 2_500;
/** A probe that is under way is over by then, or said again. */
const PROBE_MS = 1_000;
/** More than that is not found out at once. */
const MAX_GROWTH = 2;

/** The limits that are shared. */
interface Limits {
  readonly limit: ConcurrencyLimit;
  readonly rate: RateLimit;
  readonly breaker: CircuitBreaker;
  readonly admission: Admission;
  readonly served: ServedOthers;
}

/** What becomes of what was heard, each once. */
interface Hearing {
  pause(milliseconds: number): void;
  sayDown(error: string): void;
  sayUp(): void;
}

/** Asks for an exchange with other processes: `news` is for all of them. */
export type AskForExchange = (occasion: 'routine' | 'news') => void;

/**
 * One upstream's limits as one of several processes has them. It has no place before one is
 * granted. What others have met makes it more careful, never less: an outage that they found over
 * is looked at by a probe.
 */
export class UpstreamSharing {
  private places = 0;
  private demand = 0;
  /** What this process was asked for itself. Instants are of `performance.now()`. */
  private pausedUntil = -Infinity;
  /** When this process found the upstream down itself. */
  private downSince: number | undefined;
  /** The breaker is open because others have found the upstream down. */
  private isHeardDown = false;
  private isRateTold = false;
  private hasBelievedRate = false;

  constructor(
    private readonly upstream: string,
    private readonly settings: Pick<ApiSettings, 'concurrency' | 'ratePerSecond'>,
    private readonly limits: Limits,
    private readonly hearing: Hearing,
    private readonly ask: AskForExchange,
  ) {
    this.grant(0);
    // Once it is on record that the share is too small, the next exchange comes soon enough.
    limits.admission.onWait = () => {
      if (limits.limit.inFlight >= this.places && this.demand <= this.places && this.places < this.bound)
        ask('routine');
    };
  }

  get use(): UpstreamUse {
    const { limit, admission } = this.limits;
    const { upstream, bound, places } = this;
    const wanted = limit.inFlight + admission.waitingCount(bound);
    // Falls by halves: between two bursts the places are not given away.
    this.demand = Math.max(Math.min(wanted, MAX_GROWTH * limit.foundOut, bound), Math.floor(this.demand / 2));
    return {
      ...{ upstream, bound, demand: this.demand, held: Math.max(places, limit.inFlight) },
      pausedForMs: Math.max(0, this.pausedUntil - performance.now()),
      outage: this.outage,
      perSecond: this.foundPerSecond,
    };
  }

  /** @returns whether places were given up, which is to be said when they are free. */
  take({ places, pausedForMs, outage, perSecondEach }: UpstreamShare): boolean {
    const hasShrunk = places < this.places;
    this.shareRate(places, perSecondEach);
    this.grant(places);
    if (pausedForMs > 0) this.hearing.pause(pausedForMs);
    this.hear(outage);
    this.limits.admission.look();
    return hasShrunk;
  }

  /** Others have taken this process for dead, and its places. */
  lose(): void {
    this.grant(0);
    this.demand = 0;
  }

  /** Call before the pause is taken. */
  askedForPause(milliseconds: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, performance.now() + milliseconds);
    if (milliseconds > this.limits.admission.pausedFor + MIN_TOLD_PAUSE_MS) this.ask('news');
  }

  /** Call after a refusal. */
  refused(): void {
    if (this.isRateTold || this.foundPerSecond === null) return;
    this.isRateTold = true;
    this.ask('news');
  }

  /** The breaker has opened, or a probe has failed. */
  foundDown(): void {
    const isNews = this.downSince === undefined;
    this.downSince ??= performance.now();
    this.isHeardDown = false;
    if (isNews) this.ask('news');
  }

  /** The breaker has closed. */
  foundUp(): void {
    const isNews = this.downSince !== undefined;
    this.downSince = undefined;
    this.isHeardDown = false;
    if (isNews) this.ask('news');
  }

  private get bound(): number {
    return this.settings.concurrency.max;
  }

  private get outage(): KnownOutage | null {
    if (this.downSince === undefined) return null;
    const now = performance.now();
    const { state, probeAt } = this.limits.breaker;
    return { sinceMs: now - this.downSince, probeInMs: state === 'probing' ? PROBE_MS : probeAt - now };
  }

  /** Requests a second; null where nothing was found out. A ceiling is not. */
  private get foundPerSecond(): number | null {
    const { ratePerSecond: found, ceiling } = this.limits.rate;
    return found !== null && found > 0 && found !== ceiling?.perSecond ? found : null;
  }

  private shareRate(places: number, perSecondEach: number | null): void {
    const { foundPerSecond: found } = this;
    const now = performance.now();
    if (found === null) this.believeRate(perSecondEach, places, now);
    else if (places !== this.places && places > 0 && this.places > 0)
      this.limits.rate.goOnAt((found * places) / this.places, now);
  }

  /** Once: from then on it finds out itself. */
  private believeRate(perSecondEach: number | null, places: number, now: number): void {
    if (perSecondEach === null || places === 0 || this.hasBelievedRate) return;
    this.hasBelievedRate = true;
    this.limits.rate.goOnAt(perSecondEach * places, now);
  }

  private grant(places: number): void {
    const { ceiling } = this.limits.rate;
    const { ratePerSecond = 0 } = this.settings;
    this.places = places;
    this.limits.limit.share = places;
    if (ceiling) ceiling.perSecond = (ratePerSecond * places) / this.bound;
  }

  private hear(outage: KnownOutage | null): void {
    const { breaker, served } = this.limits;
    if (this.downSince !== undefined) return;
    const now = performance.now();
    // Who was answered since then knows better: it may be the other one that is cut off.
    if (!outage || served.lastAt > now - outage.sinceMs) return this.hearUp();
    const probeInMs = outage.probeInMs + LATER_PROBE_MS;
    if (!breaker.isOpen) breaker.hold(probeInMs);
    else if (this.isHeardDown) breaker.probeAt = Math.max(breaker.probeAt, now + probeInMs);
    this.isHeardDown = true;
    this.hearing.sayDown('another replica has found it down');
  }

  private hearUp(): void {
    if (!this.isHeardDown) return;
    const { breaker } = this.limits;
    breaker.probeAt = Math.min(breaker.probeAt, performance.now());
    this.hearing.sayUp();
  }
}
