import type { IncomingHttpHeaders } from 'node:http';

/** A complete answer, where its value alone is not enough. */
export class DataApiAnswer<T> {
  // Not a property that a logger would print.
  readonly #headers: IncomingHttpHeaders;

  constructor(
    readonly status: number,
    /** What the schema reads. */
    readonly value: T,
    headers: IncomingHttpHeaders,
  ) {
    this.#headers = headers;
  }

  get headers(): Headers {
    const headers = new Headers();
    for (const [name, values] of Object.entries(this.#headers)) {
      for (const value of [values ?? []].flat()) headers.append(name, value);
    }
    return headers;
  }
}
