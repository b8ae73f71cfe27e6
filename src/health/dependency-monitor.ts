/** What the traffic tells about a system that the worker depends on; it requests nothing. */
export interface DependencyState {
  readonly name: string;
  readonly status: 'up' | 'degraded';
  /** For example since when and with which errors it fails. */
  readonly detail: Readonly<Record<string, string | number | null>>;
}

export abstract class DependencyMonitor {
  /** One for each system, always in the same order. */
  abstract states(): readonly DependencyState[];
}
