import { formatDuration } from '../../time/duration.js';
import { ConfigurationError } from '../../config/configuration.error.js';
import type { WorkerSettings } from '../../config/settings.js';
import type { Application } from '../application.js';
import { ExitCode } from '../exit-code.js';
import { listedTask, plannedTasks } from '../task-table.js';
import type { Terminal } from '../terminal.js';

export interface ConfigCheckOptions {
  readonly json?: boolean;
}

/** Answers whether the service would start with this environment and these tasks. Opens and starts nothing. */
export function configCheck(
  { registry, settings, clock }: Pick<Application, 'registry' | 'settings' | 'clock'>,
  terminal: Terminal,
  { json }: ConfigCheckOptions,
): ExitCode {
  try {
    registry.load();
  } catch (error) {
    if (!(error instanceof ConfigurationError) || !json) throw error;
    terminal.printJson({ valid: false, problems: error.problems });
    return ExitCode.badConfiguration;
  }
  const now = clock.now();
  const tasks = registry.all().map((task) => listedTask(task, undefined, now));
  if (json) {
    terminal.printJson({
      valid: true,
      problems: [],
      tasks: tasks.map(({ name, schedule, description, timezone, nextRun }) => {
        return { name, schedule, description, timezone, nextRun };
      }),
    });
  } else {
    terminal.print(`The configuration is valid.\n\n${inForce(settings)}\n`);
    terminal.print(plannedTasks(tasks, { now, colors: terminal.colors, width: terminal.width }));
  }
  return ExitCode.success;
}

/** What matters most to whoever deploys. Secrets are only said to be there. */
function inForce({ dataApi, database, http, logging, shutdownTimeout }: WorkerSettings): string {
  const { min, max } = dataApi.concurrency;
  return [
    `Data API   ${dataApi.url}, ${dataApi.token === undefined ? 'without a token' : 'with a token'}`,
    `           ${min === max ? max : `${min}..${max}`} requests at once, ${formatDuration(dataApi.timeout)} each`,
    `Ledger     ${database.path}`,
    `Listens    on ${http.host}, port ${http.port}`,
    `Logs       ${logging.level}, as ${logging.format}`,
    `Shutdown   within ${formatDuration(shutdownTimeout)}`,
  ].join('\n');
}
