/**
 * How a request is tried again. There is one layer of retries, the HTTP client's: a task states its
 * wishes here and never loops itself, because layers multiply.
 */
export interface RetryPolicy {
  /** Requests in all, the first included. Default 3. */
  readonly attempts?: number;
  /** Upper bound of the first wait, in milliseconds. Default 200. */
  readonly baseDelay?: number;
  /** Growth of the bound from wait to wait. Default 2. */
  readonly factor?: number;
}
