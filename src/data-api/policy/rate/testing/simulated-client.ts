import type { ConcurrencyBounds } from '../../../../config/settings.js';
import { ConcurrencyLimit } from '../../concurrency-limit.js';
import { RateLimit } from '../rate-limit.js';
import type { EventLoopStalls } from './event-loop-stalls.js';
import type { Limiter } from './limiters.js';
import type { VirtualTime } from './virtual-time.js';

// Under jest a global costs more than the rest of a step of the simulation.
const { ceil, log, max } = Math;
const NEVER = Infinity;

/** Milliseconds. */
export interface Network {
  readonly roundTrip: number;
  readonly service: number;
  readonly jitter: number;
}

interface Answered {
  readonly at: number;
  readonly sentAt: number;
  readonly passed: boolean;
}

interface ClientSettings {
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly limiter: Limiter;
  readonly network: Network;
  readonly requests: number;
  /** The limiter's refusals are not certain: a 503 that says nothing else. */
  readonly bare?: boolean;
  readonly ceilingPerSecond?: number;
  /** What a refusal asks for. */
  readonly pauseMs?: (now: number) => number;
  /** When the process has no time for its requests. */
  readonly stalls?: EventLoopStalls;
  readonly concurrency?: ConcurrencyBounds;
}

/** A process that sends its requests as its two limits allow, and refused ones again. */
export class SimulatedClient {
  readonly rate: RateLimit;
  readonly answers: Answered[] = [];
  doneAt = NEVER;
  private readonly limit: ConcurrencyLimit;
  private left: number;
  private timer = 0;

  constructor(private readonly settings: ClientSettings) {
    this.left = settings.requests;
    this.limit = new ConcurrencyLimit(settings.concurrency ?? { min: 1, max: 64 });
    this.rate = new RateLimit(settings.ceilingPerSecond);
  }

  get isDone(): boolean {
    return this.doneAt < NEVER;
  }

  passedPerSecond(from: number, to: number): number {
    const passed = this.answers.filter((answer) => answer.passed && answer.at >= from && answer.at < to).length;
    return (passed / (to - from)) * 1_000;
  }

  sent(from: number, to: number): number {
    return this.answers.filter(({ sentAt }) => sentAt >= from && sentAt < to).length;
  }

  refused(from = 0, to = NEVER): number {
    return this.answers.filter(({ passed, sentAt }) => !passed && sentAt >= from && sentAt < to).length;
  }

  refusedShare(from: number): number {
    const sent = this.answers.filter(({ sentAt }) => sentAt >= from).length;
    return sent === 0 ? 0 : this.refused(from) / sent;
  }

  /** Seconds from an instant until so much has passed in 1.5 s. */
  secondsUntil(perSecond: number, from: number): number {
    for (let at = from; at < from + 60_000; at += 250) {
      if (this.passedPerSecond(at, at + 1_500) >= perSecond) return (at + 1_500 - from) / 1_000;
    }
    return NEVER;
  }

  send(): void {
    const { time } = this.settings;
    while (this.left > 0 && !this.limit.isReached) {
      const at = this.rate.nextStartAt(time.now);
      if (at > time.now) return this.armTimer(at);
      this.start();
    }
  }

  private armTimer(at: number): void {
    if (at === NEVER) return;
    const { time, random } = this.settings;
    const timer = ++this.timer;
    // Whole milliseconds, up to one late, and now and then by more.
    const late = random() + (random() < 0.004 ? 2 + random() * 13 : 0);
    const wait = max(1, ceil(at - time.now));
    this.later(time.now + wait + late - 0.5, () => timer === this.timer && this.send());
  }

  private start(): void {
    const { time, limiter, network, random } = this.settings;
    this.timer++;
    this.left--;
    const ticket = { sequence: this.limit.acquire(), sentAt: time.now, pace: this.rate.started(time.now) };
    const refusedOrServed = () => {
      const passed = limiter.admits(time.now);
      const work = passed ? network.service * (0.7 + 0.6 * random()) : 0;
      time.at(time.now + work, () => {
        if (passed) limiter.served?.();
        this.later(time.now + this.oneWay(), () => this.answered(ticket, passed));
      });
    };
    this.later(time.now, () => time.at(time.now + this.oneWay(), refusedOrServed));
  }

  private answered(ticket: Parameters<RateLimit['passed']>[0], passed: boolean): void {
    const { time, pauseMs, bare } = this.settings;
    const { now } = time;
    this.answers.push({ at: now, sentAt: ticket.sentAt, passed });
    if (passed) {
      this.rate.passed(ticket, now);
      this.limit.succeeded(ticket.sequence);
    } else {
      this.left++;
      const cause = this.rate.refused(ticket, now, { pauseMs: pauseMs?.(now) ?? 0, isCertain: !bare });
      if (cause === 'concurrency') this.limit.exceeded(ticket.sequence, ticket.pace.inFlight);
      else if (cause === 'unknown') this.limit.overloaded(ticket.sequence);
    }
    this.limit.release();
    if (this.left === 0 && this.limit.inFlight === 0) this.doneAt = now;
    this.send();
  }

  /** As soon as the process has time for it. */
  private later(at: number, happen: () => void): void {
    const { time, stalls } = this.settings;
    time.at(at, stalls ? () => time.at(stalls.over(time.now), happen) : happen);
  }

  private oneWay(): number {
    const { random, network } = this.settings;
    const rare = random() < 0.002 ? 10 * network.jitter : 0;
    return network.roundTrip / 2 - log(1 - random()) * (network.jitter / 2) + rare;
  }
}
