import type { ConfigurationWarning } from '../config/settings.js';
import type { ServiceTask } from '../ledger/service-ledger.js';
import { AnnouncedTasks } from '../worker/registry/announced-tasks.js';
import type { KnownTask } from '../worker/registry/registered-task.js';
import { TaskCatalogue } from '../worker/registry/task-catalogue.js';

interface OwnTasks {
  readonly catalogue: TaskCatalogue;
  readonly warnings: readonly ConfigurationWarning[];
}

/** The tasks of the service that runs, else those of this program: to load these takes longest. */
export class KnownTasks extends TaskCatalogue {
  private catalogue: TaskCatalogue | undefined;

  constructor(private readonly loadOwn: () => Promise<OwnTasks>) {
    super();
  }

  all(): readonly KnownTask[] {
    if (!this.catalogue) throw new TypeError('The tasks are known once the ledger is open, or they are checked');
    return this.catalogue.all();
  }

  followService(tasks: readonly ServiceTask[]): void {
    this.catalogue = new AnnouncedTasks(tasks);
  }

  async followOwn(): Promise<readonly ConfigurationWarning[]> {
    const { catalogue, warnings } = await this.loadOwn();
    this.catalogue = catalogue;
    return warnings;
  }
}
