import type { Clock } from '../../time/clock.js';

/** A clock that stands still until it is moved. */
export class TestClock implements Clock {
  constructor(private instant = Date.parse('2026-11-23T12:30:00.000Z')) {}

  now(): Date {
    return new Date(this.instant);
  }

  advance(milliseconds: number): void {
    this.instant += milliseconds;
  }
}
