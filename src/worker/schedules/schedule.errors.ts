import { WorkerError } from '../../runs/errors.js';
import { cutForeign } from '../../runs/foreign-text.js';

const MAX_SHOWN_CHARS = 1_000;

/** A text that is not a schedule. */
export class ScheduleInvalidError extends WorkerError {
  override readonly name = 'ScheduleInvalidError';

  constructor(
    text: string,
    /** What would be right, with an example. */
    readonly expected: string,
    options?: ErrorOptions,
  ) {
    super(`${quoted(text)} is not a schedule: expected ${expected}`, 'SCHEDULE_INVALID', options);
  }
}

const ZONE = 'an IANA time zone such as Europe/Berlin';

/** A text that is not the name of a time zone. */
export class TimeZoneUnknownError extends WorkerError {
  override readonly name = 'TimeZoneUnknownError';
  /** What would be right, with an example. */
  readonly expected: string;

  constructor(timezone: string, likely?: string) {
    const expected = likely === undefined ? ZONE : `${ZONE}; did you mean ${likely}?`;
    super(`${quoted(timezone)} is not a time zone: expected ${expected}`, 'TIME_ZONE_UNKNOWN');
    this.expected = expected;
  }
}

/** In quotes, and not endless. */
export function quoted(text: string): string {
  return JSON.stringify(cutForeign(text, MAX_SHOWN_CHARS));
}
