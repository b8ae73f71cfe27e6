import type { HttpAnswer } from '../request/http-request.js';

/**
 * What went wrong with one attempt:
 * - `unsendable`: it cannot be sent as it is written
 * - `no token`: the token endpoint has given none, for now
 * - `no credentials`: the token endpoint refuses those of the worker
 * - `no socket`: this machine cannot open a further connection
 * - `not sent`: no byte of it has left
 * - `identity`: the server's certificate cannot be trusted
 * - `no answer`: sent, and nothing came in time
 * - `slow answer`: it began and did not end in time
 * - `broken`: the connection or the protocol
 * - `too large`: more bytes than are accepted
 * - `refused`: the upstream wants fewer requests
 * - `status`: any other that is not a 2xx
 * - `unreadable`: not what the answer claims to be, so probably damaged
 * - `unexpected`: readable, and does not match the schema
 */
export type AttemptProblem =
  | 'unsendable'
  | 'no token'
  | 'no credentials'
  | 'no socket'
  | 'not sent'
  | 'identity'
  | 'no answer'
  | 'slow answer'
  | 'broken'
  | 'too large'
  | 'refused'
  | 'status'
  | 'unreadable'
  | 'unexpected';

/**
 * One attempt failed. The policy decides whether there is another; callers get a `DataApiError`.
 */
export class AttemptError extends Error {
  // Not a property that a logger would print.
  readonly #answer: HttpAnswer | undefined;

  constructor(
    readonly problem: AttemptProblem,
    message: string,
    answer?: HttpAnswer,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'AttemptError';
    this.#answer = answer;
  }

  get answer(): HttpAnswer | undefined {
    return this.#answer;
  }

  get status(): number | undefined {
    return this.#answer?.status;
  }
}
