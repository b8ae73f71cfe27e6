import { HttpException } from '@nestjs/common';

/** What is wrong with a request, as RFC 9457 shapes it. `type` is left to be `about:blank`. */
export interface ProblemDetails {
  /** The meaning of the status. */
  readonly title: string;
  readonly status: number;
  /** What happened, and what to do next. */
  readonly detail: string;
  /** For programs. */
  readonly code: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  409: 'The state forbids it',
  413: 'Content too large',
  415: 'Unsupported media type',
  421: 'Misdirected request',
  422: 'Key used for another command',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Not available',
};

/** Ends a request with a problem. */
export class OpsProblem extends HttpException {
  constructor(
    status: number,
    readonly code: string,
    detail: string,
    /** Sent along, such as `Retry-After`. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail, status);
  }
}

export function problemDetails(status: number, code: string, detail: string): ProblemDetails {
  return { title: TITLES[status] ?? 'Error', status, detail, code };
}

/** Once the time has passed, the same request is welcome. */
export function tooMany(waitMs: number, what: string): OpsProblem {
  const seconds = Math.ceil(waitMs / 1_000);
  return new OpsProblem(429, 'TOO_MANY', `${what}. Try again in ${seconds} s.`, { 'Retry-After': String(seconds) });
}
