import { WorkerError } from '../../runs/errors.js';

/** A text that is not a schedule. */
export class ScheduleInvalidError extends WorkerError {
  override readonly name = 'ScheduleInvalidError';

  constructor(
    text: string,
    /** What would be right, with an example. */
    readonly expected: string,
    options?: ErrorOptions,
  ) {
    super(`${JSON.stringify(text)} is not a schedule: expected ${expected}`, 'SCHEDULE_INVALID', options);
  }
}

/** A time zone that the runtime does not know. */
export class TimeZoneUnknownError extends WorkerError {
  override readonly name = 'TimeZoneUnknownError';
  /** What would be right, with an example. */
  readonly expected = 'an IANA time zone such as Europe/Berlin';

  constructor(timezone: string, options?: ErrorOptions) {
    super(
      `${JSON.stringify(timezone)} is not a time zone: expected an IANA time zone such as Europe/Berlin`,
      'TIME_ZONE_UNKNOWN',
      options,
    );
  }
}
