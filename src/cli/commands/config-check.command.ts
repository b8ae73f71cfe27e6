import { formatDuration } from '../../time/duration.js';
import { ConfigurationError } from '../../config/configuration.error.js';
import type { WorkerSettings } from '../../config/settings.js';
import { ExitCode } from '../../process/exit-code.js';
import type { Application } from '../application.js';
import { planTable } from '../task-table.js';
import type { Terminal } from '../terminal.js';

export interface ConfigCheckOptions {
  readonly json?: boolean;
}

/** Answers whether the service would start with this environment and these tasks. Opens and starts nothing. */
export function configCheck(
  application: Pick<Application, 'check' | 'tasks' | 'settings' | 'clock'>,
  terminal: Terminal,
  { json }: ConfigCheckOptions,
): ExitCode {
  try {
    application.check();
  } catch (error) {
    if (!(error instanceof ConfigurationError) || !json) throw error;
    terminal.printJson({ valid: false, problems: error.problems });
    return ExitCode.badConfiguration;
  }
  const tasks = application.tasks.plans();
  const options = { now: application.clock.now(), colors: terminal.colors, width: terminal.width };
  if (json) {
    terminal.printJson({ valid: true, problems: [], tasks });
  } else {
    terminal.print(`The configuration is valid.\n\n${inForce(application.settings)}\n`);
    terminal.print(planTable(tasks, options));
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
