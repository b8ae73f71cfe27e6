/** What the traffic of this process has shown about the APIs that tasks talk to. */
export abstract class UpstreamOutages {
  /** The origins that are known to be down: requests to them wait until one of them is served. */
  abstract down(): ReadonlySet<string>;
}
