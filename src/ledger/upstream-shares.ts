/** That a process has found an upstream down. */
export interface KnownOutage {
  /** How long ago it found out. */
  readonly sinceMs: number;
  /** When it looks again; in the past where it has nothing to send. */
  readonly probeInMs: number;
}

/** What a process says of one upstream, which is named by scheme, host and port. */
export interface UpstreamUse {
  readonly upstream: string;
  /** Requests in flight to it, of all processes together, at the most. */
  readonly bound: number;
  /** How many this process would have in flight if it might. */
  readonly demand: number;
  /** How many it may have in flight, or has: nobody else gets these. */
  readonly held: number;
  /** What is left of the pause that this process was asked for. */
  readonly pausedForMs: number;
  /** What this process has found out itself; null: nothing of the kind. */
  readonly outage: KnownOutage | null;
  /** Requests a second that it has found the upstream to take of it. */
  readonly perSecond: number | null;
}

export interface UpstreamShare {
  readonly upstream: string;
  /** Requests that this process may have in flight from now on, out of the bound. */
  readonly places: number;
  /** The longest that is left of the pauses of others. */
  readonly pausedForMs: number;
  /** What others have found out, the newest and most careful of it. */
  readonly outage: KnownOutage | null;
  /** Requests a second that others were found to be taken for each of their places. */
  readonly perSecondEach: number | null;
}

/**
 * Why shares are looked at. `news`: others have to know of a pause, an outage or a rate at once.
 * `told`: others have said that there is something.
 */
export type ShareOccasion = 'routine' | 'news' | 'told';

/** How the processes on a ledger divide what their upstreams take. */
export abstract class UpstreamShares {
  /**
   * Records what this process makes of its upstreams, and answers its share of each. A share grows
   * only by what others have given up on record; one that has shrunk counts as held until the next
   * exchange says so.
   */
  abstract exchange(uses: readonly UpstreamUse[], occasion: ShareOccasion): Promise<readonly UpstreamShare[]>;

  /** Calls `listener` when another process has something to tell. It may never be called. */
  abstract onTold(listener: () => void): void;
}
