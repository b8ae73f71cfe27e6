/** What is known about a system that the worker depends on, from the traffic alone: nothing is requested to find out. */
export interface DependencyState {
  readonly name: string;
  readonly status: 'up' | 'degraded';
  /** For example since when and with which errors it fails. */
  readonly detail: Readonly<Record<string, string | number | null>>;
}

export abstract class DependencyMonitor {
  abstract state(): DependencyState;
}
