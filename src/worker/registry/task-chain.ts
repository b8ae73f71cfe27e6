import type { ConfigurationProblem } from '../../config/configuration.error.js';
import type { BaseTask } from '../authoring/base.task.js';
import { show } from './declared-schedule.js';
import type { DiscoveredTask } from './task-source.js';

/** Which tasks run after which. */
export class TaskChain {
  readonly problems: ConfigurationProblem[] = [];
  /** By name, the tasks that it runs after. */
  private readonly causes = new Map<string, readonly string[]>();

  constructor(discovered: readonly DiscoveredTask[]) {
    const names = new Map<unknown, string>(discovered.map(({ task }) => [task.constructor, task.name]));
    for (const { task } of discovered) this.causes.set(task.name, this.namesOf(task, names));
    for (const name of this.causes.keys()) this.checkCircle(name);
  }

  /** The tasks that this one runs after. */
  causesOf(name: string): readonly string[] {
    return this.causes.get(name) ?? [];
  }

  /** The tasks that run after this one. */
  followersOf(name: string): readonly string[] {
    return [...this.causes].filter(([, causes]) => causes.includes(name)).map(([follower]) => follower);
  }

  private namesOf({ name, after, manualOnly }: BaseTask, names: ReadonlyMap<unknown, string>): readonly string[] {
    if (!Array.isArray(after)) {
      this.complain(name, `with after ${show(after)}`, 'a list of task classes, such as [ImportOrdersTask]');
      return [];
    }
    if (after.length > 0 && manualOnly) this.complain(name, 'manualOnly with after', 'one or the other');
    const unknown = after.filter((cause) => !names.has(cause));
    for (const cause of unknown) {
      const found = `after ${typeof cause === 'function' ? (cause as { name: string }).name : show(cause)}`;
      this.complain(name, found, 'a task class that a module in tasks.module.ts provides');
    }
    return [...new Set(after.flatMap((cause) => names.get(cause) ?? []))];
  }

  /** Told once, of the first of its tasks. */
  private checkCircle(name: string): void {
    const circle = this.pathTo(name, [name]);
    if (!circle || circle.some((other) => other < name)) return;
    const expected = 'a chain that ends: each run would cause the next one for ever';
    this.complain(name, `after itself: ${[...circle, name].join(' after ')}`, expected);
  }

  private pathTo(name: string, path: readonly string[]): readonly string[] | undefined {
    for (const cause of this.causesOf(path.at(-1) ?? '')) {
      if (cause === name) return path;
      const longer = path.includes(cause) ? undefined : this.pathTo(name, [...path, cause]);
      if (longer) return longer;
    }
    return undefined;
  }

  private complain(task: string, found: string, expected: string): void {
    this.problems.push({ subject: `task ${task}`, found, expected });
  }
}
