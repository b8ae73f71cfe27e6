import { join } from 'node:path';

const SHORT_SCHEDULES = {
  TASK_CLEANUP_OLD_ORDERS_SCHEDULE: 'every 15s',
  TASK_SEND_REMINDERS_SCHEDULE: 'every 5s',
  TASK_SYNC_EXTERNAL_DATA_SCHEDULE: 'every 10s',
  TASK_PROCESS_PENDING_ORDERS_SCHEDULE: 'every 5s',
};

/** What a developer may have exported for a worker of their own. */
const WORKER_VARIABLE =
  /^(?:TASK_|DATA_API_|DATABASE_URL|QUEUE_URL|OPS_TOKEN|HOST$|PORT$|LOG_|SHUTDOWN_TIMEOUT|RUN_ON_START|CLEANUP_)/;

/** What the worker and its command line have to agree on. */
export function workerSettings(folder: string, dataApiUrl: string): Record<string, string> {
  return { DATA_API_URL: dataApiUrl, DATABASE_URL: `sqlite:${join(folder, 'worker.db')}`, ...SHORT_SCHEDULES };
}

/**
 * The settings for the worker of the demo, and nothing that the surroundings say about a worker.
 */
export function workerEnvironment(
  settings: Record<string, string>,
  port: number,
  surroundings: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const kept = Object.entries(surroundings).filter(([name]) => !WORKER_VARIABLE.test(name));
  const own = { HOST: '127.0.0.1', PORT: String(port), LOG_FORMAT: 'pretty', RUN_ON_START: 'true' };
  return { ...Object.fromEntries(kept), ...settings, ...own };
}

/** A script that gives a shell the same settings. */
export function shellScript(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([name, value]) => `export ${name}=${shellWord(value)}\n`)
    .join('');
}

/** Quoted where a shell would take it for more than one word. */
export function shellWord(text: string): string {
  return /^[\w:/.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
