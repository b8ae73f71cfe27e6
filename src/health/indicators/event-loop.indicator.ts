import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { SECOND } from '../../time/duration.js';

/** Rarely: to wake an idle process costs as much CPU time as a probe. */
const SAMPLE_EVERY_MS = 5 * SECOND;
const SAMPLE_COUNT = 3;
const WEDGED_ABOVE_MS = 2 * SECOND;

/**
 * Whether the process still gets round to things. Every five seconds it notes how late its timer
 * was. A single long pause (a suspended machine, a burst of work) is weather; only when each of the
 * last samples was late is the process wedged.
 */
@Injectable()
export class EventLoopIndicator implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly lags: number[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly indicators: HealthIndicatorService) {}

  onApplicationBootstrap(): void {
    let due = performance.now() + SAMPLE_EVERY_MS;
    this.timer = setInterval(() => {
      const now = performance.now();
      this.addSample(Math.max(0, now - due));
      due = now + SAMPLE_EVERY_MS;
    }, SAMPLE_EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  check(): HealthIndicatorResult {
    const worst = Math.round(Math.max(0, ...this.lags));
    const wedged = this.lags.length === SAMPLE_COUNT && Math.min(...this.lags) > WEDGED_ABOVE_MS;
    const indicator = this.indicators.check('event_loop');
    return wedged ? indicator.down({ lagMs: worst }) : indicator.up({ lagMs: worst });
  }

  private addSample(lag: number): void {
    this.lags.push(lag);
    if (this.lags.length > SAMPLE_COUNT) this.lags.shift();
  }
}
