import { formatDuration } from '../../time/duration.js';
import { databaseName } from '../../config/database-settings.js';
import { ConfigurationError } from '../../config/configuration.error.js';
import type { ApiSettings, ConfigurationWarning, WorkerSettings } from '../../config/settings.js';
import { ExitCode } from '../../process/exit-code.js';
import type { ShownSetting } from '../../worker/authoring/task-settings.js';
import type { Application } from '../application.js';
import { planTable } from '../task-table.js';
import type { JsonOption } from '../options.js';
import type { Terminal } from '../terminal.js';

/** Whether the service would start with this environment and these tasks. Opens nothing. */
export async function configCheck(
  application: Pick<Application, 'check' | 'tasks' | 'settings' | 'clock'>,
  terminal: Terminal,
  { json }: JsonOption,
): Promise<ExitCode> {
  const { environmentFile } = application.settings;
  let { warnings } = application.settings;
  try {
    const ofTasks = await application.check();
    warnings = [...application.settings.warnings, ...ofTasks];
  } catch (error) {
    if (!json) warn(terminal, warnings);
    if (!(error instanceof ConfigurationError) || !json) throw error;
    terminal.printJson({ valid: false, problems: error.problems, warnings, environmentFile });
    return ExitCode.badConfiguration;
  }
  const tasks = application.tasks.plans();
  const taskSettings = application.tasks.ownSettings();
  if (json) {
    terminal.printJson({ valid: true, problems: [], warnings, environmentFile, tasks, taskSettings });
  } else {
    warn(terminal, warnings);
    terminal.print(`The configuration is valid.\n\n${inForce(application.settings)}\n`);
    terminal.print(planTable(tasks, terminal.layout(application.clock.now())));
    if (taskSettings.length > 0) terminal.print(`\n${settingLines(taskSettings)}`);
  }
  return ExitCode.success;
}

function warn(terminal: Terminal, warnings: readonly ConfigurationWarning[]): void {
  for (const { subject, message } of warnings) terminal.say(`Warning: ${subject} ${message}.`);
}

function settingLines(settings: readonly ShownSetting[]): string {
  const width = Math.max(...settings.map(({ variable }) => variable.length));
  return settings.map(({ variable, value }) => `${variable.padEnd(width)}  ${value}`).join('\n');
}

/** The settings that matter most. Of a secret, only that it is set. */
function inForce(settings: WorkerSettings): string {
  const { environmentFile, dataApi, apis, database, http, logging, shutdownTimeout } = settings;
  return [
    `Read from  the environment${environmentFile === null ? '' : ` and ${environmentFile}`}`,
    ...apiInForce('Data API', dataApi),
    ...apis.flatMap((api) => apiInForce(api.name, api)),
    `Ledger     ${databaseName(database)}`,
    `Listens    on ${http.host}, port ${http.port}`,
    `Logs       ${logging.level}, as ${logging.format}`,
    `Shutdown   within ${formatDuration(shutdownTimeout)}`,
  ].join('\n');
}

function apiInForce(title: string, { url, credentials, concurrency: { min, max }, timeout }: ApiSettings): string[] {
  const proof = { token: 'with a token', basic: 'with a password', oauth: 'with OAuth client credentials' };
  return [
    `${title.padEnd(10)} ${url}, ${credentials ? proof[credentials.kind] : 'without a token'}`,
    `           ${min === max ? max : `${min}..${max}`} requests at once, ${formatDuration(timeout)} each`,
  ];
}
