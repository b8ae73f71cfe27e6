const MAX_REQUESTS_KEPT = 1_000;

/** One request to the Data API, with its answer. */
export interface RecordedRequest {
  /** When it arrived. */
  readonly at: string;
  readonly method: string;
  readonly url: string;
  readonly key: string | null;
  /** Null when the connection was cut instead of an answer. */
  readonly status: number | null;
  readonly durationMs: number;
}

export interface ArrivedRequest {
  readonly at: number;
  readonly method: string;
  readonly url: string;
  readonly key: string | undefined;
}

interface ServedRequest {
  readonly request: ArrivedRequest;
  readonly status: number | null;
  readonly durationMs: number;
}

/** Counts the requests to the Data API; those that administer the sandbox are not among them. */
export class Traffic {
  private byRoute = new Map<string, Map<string, number>>();
  private recent: ServedRequest[] = [];
  private lastArrival: number | undefined;
  private servingNow = 0;
  private mostAtOnce = 0;

  get serving(): number {
    return this.servingNow;
  }

  get peak(): number {
    return this.mostAtOnce;
  }

  get lastRequestAt(): string | null {
    return this.lastArrival === undefined ? null : new Date(this.lastArrival).toISOString();
  }

  arrive(at: number): void {
    this.lastArrival = at;
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.servingNow);
  }

  finish(route: string, request: ArrivedRequest, status: number | null): void {
    this.servingNow--;
    const outcome = String(status ?? 'lost');
    const byStatus = this.byRoute.get(route) ?? new Map<string, number>();
    this.byRoute.set(route, byStatus.set(outcome, (byStatus.get(outcome) ?? 0) + 1));
    this.recent.push({ request, status, durationMs: Date.now() - request.at });
    // Rarely: a removal at the front moves all the others.
    if (this.recent.length >= 2 * MAX_REQUESTS_KEPT) this.recent.splice(0, MAX_REQUESTS_KEPT);
  }

  /** By route and status: `{ "GET /api/v1/orders": { "200": 3 } }`. */
  counts(): Record<string, Record<string, number>> {
    return Object.fromEntries([...this.byRoute].map(([route, byStatus]) => [route, Object.fromEntries(byStatus)]));
  }

  /** The newest thousand that were answered, in the order of their answers. */
  latest(): RecordedRequest[] {
    return this.recent.slice(-MAX_REQUESTS_KEPT).map(describe);
  }

  reset(): void {
    this.byRoute = new Map();
    this.recent = [];
    this.lastArrival = undefined;
    this.mostAtOnce = this.servingNow;
  }
}

function describe({ request, status, durationMs }: ServedRequest): RecordedRequest {
  const { at, method, url, key } = request;
  return { at: new Date(at).toISOString(), method, url, key: key ?? null, status, durationMs };
}
