import { type HttpRequest, isKeyed, isRepeatable } from '../request/http-request.js';
import { askedPause } from './asked-pause.js';
import type { AttemptError } from './attempt.error.js';
import { AFTER_REFUSAL, attemptsOf, backoff } from './backoff.js';
import { CONFLICT } from './retry-rule.js';

/** Refusals in a row after which a request waits for its next turn at once. */
const MAX_PROMPT_REFUSALS = 4;
/** No server takes longer over one request. */
const MAX_IN_WORK_MS = 5 * 60_000;
const MAX_POLL_DELAY_MS = 5_000;

/**
 * The attempts of one request that has failed at least once. An attempt is not spent where the
 * failure is not the request's own: the upstream refuses it for now, or answers 409 because it
 * still works on what an earlier attempt has sent.
 */
export class Attempts {
  /** Number of the attempt that is made, from 1. */
  current = 1;
  lastError: AttemptError | undefined;
  private refusals = 0;
  private polls = 0;
  private conflictSince = 0;
  /** How long an earlier attempt may still be in work at the upstream. */
  private maxInWorkMs: number;

  constructor(private readonly request: HttpRequest) {
    this.maxInWorkMs = request.resumed ? request.timeout : 0;
  }

  /**
   * Milliseconds until the next one; undefined when there is none. `mayRetry`: what the policy says
   * of a further attempt.
   */
  delayAfter(error: AttemptError, mayRetry: boolean): number | undefined {
    this.lastError = error;
    const wait = this.waitOut(error);
    if (wait !== undefined) return wait;
    if (mayBeInWork(error)) this.maxInWorkMs = MAX_IN_WORK_MS;
    if (!mayRetry || this.current >= attemptsOf(this.request.retry)) return undefined;
    return backoff(this.request.retry, this.current++);
  }

  /** Milliseconds until the same attempt is made again, because this one is not spent. */
  private waitOut(error: AttemptError): number | undefined {
    if (error.problem === 'refused' && isRepeatable(this.request)) return this.afterRefusal(error);
    if (error.status === CONFLICT && isKeyed(this.request)) return this.afterConflict();
    return undefined;
  }

  private afterRefusal({ answer }: AttemptError): number {
    // The whole upstream pauses for as long as it asked.
    if (answer && askedPause(answer) > 0) return 0;
    // The rate limit says when, unless it is this request alone that is refused.
    if (++this.refusals <= MAX_PROMPT_REFUSALS) return 0;
    return backoff(AFTER_REFUSAL, this.refusals - MAX_PROMPT_REFUSALS);
  }

  private afterConflict(): number | undefined {
    const now = performance.now();
    if (this.polls === 0) this.conflictSince = now;
    if (now - this.conflictSince >= this.maxInWorkMs) return undefined;
    return Math.min(MAX_POLL_DELAY_MS, backoff(undefined, ++this.polls));
  }
}

/** Whether the upstream may go on working on what was sent. */
function mayBeInWork({ problem, status }: AttemptError): boolean {
  if (problem === 'status') return status !== CONFLICT;
  return problem === 'no answer' || problem === 'slow answer' || problem === 'broken' || problem === 'unreadable';
}
