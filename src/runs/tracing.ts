/** One attempt of a request, as a trace shows it: nothing in it is data. */
export interface TracedRequest {
  readonly method: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** The path with `{id}` in place of each id; undefined where that is not known. */
  readonly template: string | undefined;
  /** 1, and one more for each retry of the request. */
  readonly attempt: number;
}

export interface RequestSpan {
  /** What tells the upstream of which trace the request is a part. */
  readonly headers: Readonly<Record<string, string>>;
  /** `status`: null without an answer. `problem`: why the attempt failed; null: it did not. */
  end(status: number | null, problem: string | null): void;
}

/** Records traces. Its methods are called inside a run, never throw, and never wait. */
export interface Tracer {
  startRequest(request: TracedRequest): RequestSpan;
  /** Does the work of one item within a span of its own. */
  traceItem<T>(task: string, work: () => Promise<T>): Promise<T>;
  /** Where in a trace the current code is; undefined outside of any run. */
  currentSpan(): { readonly traceId: string; readonly spanId: string } | undefined;
}

/** Undefined unless traces are recorded. */
export let tracer: Tracer | undefined;

/** From now on this one records; undefined: none does, which costs nothing. */
export function useTracer(recording: Tracer | undefined): void {
  tracer = recording;
}
