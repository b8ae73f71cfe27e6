import { nearestName } from '../../config/nearest-name.js';
import type { KnownTask } from './registered-task.js';

/** The tasks that there are, for all who look at them. */
export abstract class TaskCatalogue {
  /** Sorted by name. */
  abstract all(): readonly KnownTask[];

  find(name: string): KnownTask | undefined {
    return this.all().find((task) => task.name === name);
  }

  /** The task that was probably meant, for messages; undefined when no name is similar. */
  nearest(name: string): string | undefined {
    return nearestName(
      name,
      this.all().map((task) => task.name),
    );
  }
}
