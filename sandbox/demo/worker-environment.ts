import { join } from 'node:path';

const SHORT_SCHEDULES = {
  TASK_CLEANUP_OLD_ORDERS_SCHEDULE: 'every 15s',
  TASK_SEND_REMINDERS_SCHEDULE: 'every 5s',
  TASK_SYNC_EXTERNAL_DATA_SCHEDULE: 'every 10s',
  TASK_PROCESS_PENDING_ORDERS_SCHEDULE: 'every 5s',
};

/** Variables that a developer may have exported for another worker. */
const WORKER_VARIABLE =
  /^(?:TASK_|DATA_API_|DATABASE_URL|QUEUE_URL|OPS_TOKEN|HOST$|PORT$|LOG_|SHUTDOWN_TIMEOUT|RUN_ON_START|CLEANUP_)/;

/** Settings that the worker and its command line must share. */
export function workerSettings(folder: string, dataApiUrl: string): Record<string, string> {
  return { DATA_API_URL: dataApiUrl, DATABASE_URL: `sqlite:${join(folder, 'worker.db')}`, ...SHORT_SCHEDULES };
}

/** The given environment with the demo's settings in place of any other worker settings. */
export function workerEnvironment(
  settings: Record<string, string>,
  port: number,
  surroundings: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const kept = Object.entries(surroundings).filter(([name]) => !WORKER_VARIABLE.test(name));
  const own = { HOST: '127.0.0.1', PORT: String(port), LOG_FORMAT: 'pretty', RUN_ON_START: 'true' };
  return { ...Object.fromEntries(kept), ...settings, ...own };
}

/** A script that exports the settings in a shell. */
export function shellScript(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([name, value]) => `export ${name}=${shellWord(value)}\n`)
    .join('');
}

/** Quotes a value that a shell would split or expand. */
export function shellWord(text: string): string {
  return /^[\w:/.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
