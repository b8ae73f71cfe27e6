import type { ApiSettings, WorkerSettings } from '../../config/settings.js';
import type { WorkerEvents } from '../../runs/worker-events.js';
import { currentRunScope } from '../execution/run-scope.js';
import type { RegisteredTask } from '../registry/registered-task.js';

const NONE: ReadonlySet<string> = new Set();

/** The upstreams that a task needs: those it names, or else those that its last run talked to. */
export class TaskUpstreams {
  /** Origins by task. Of a run that sent nothing, those of the one before stay. */
  private readonly seen = new Map<string, Set<string>>();
  /** Tasks whose current run has sent nothing so far. */
  private readonly fresh = new Set<string>();
  /** Origins by the names of APIs. */
  private readonly origins: ReadonlyMap<string, string>;

  constructor(events: WorkerEvents, { dataApi, apis }: WorkerSettings) {
    this.origins = new Map([dataApi, ...apis].map(({ name, url }: ApiSettings) => [name, new URL(url).origin]));
    events.on('run.started', ({ run }) => this.fresh.add(run.task));
    events.on('request.sent', ({ host }) => this.noteRequest(host));
  }

  /** Origins; empty for a task that has not talked to any. */
  of({ name, task }: RegisteredTask): ReadonlySet<string> {
    const { upstreams } = task;
    if (upstreams === undefined) return this.seen.get(name) ?? NONE;
    return new Set(upstreams.flatMap((api) => this.origins.get(api) ?? []));
  }

  private noteRequest(origin: string): void {
    const task = currentRunScope()?.task;
    if (task === undefined) return;
    const isFirst = this.fresh.delete(task);
    const seen = (isFirst ? undefined : this.seen.get(task)) ?? new Set();
    seen.add(origin);
    this.seen.set(task, seen);
  }
}
