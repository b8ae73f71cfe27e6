import { databaseName } from '../config/database-settings.js';
import type { ApiSettings, WorkerSettings } from '../config/settings.js';
import { formatDuration } from '../time/duration.js';

/** A variable as it is in force. */
export interface ShownVariable {
  readonly name: string;
  /** Of a secret, only whether it is set. */
  readonly value: string;
}

/** The configuration of the process; that of tasks is shown with them. */
export function configurationView(settings: WorkerSettings): readonly ShownVariable[] {
  const { dataApi, apis, database, http, logging, alerts } = settings;
  const shown = (name: string, value: string | number | boolean | undefined): ShownVariable => {
    return { name, value: value === undefined ? 'not set' : String(value) };
  };
  const secret = (name: string, value: string | undefined): ShownVariable => {
    return { name, value: value === undefined ? 'not set' : 'set' };
  };
  return [
    ...[dataApi, ...apis].flatMap(apiView),
    shown('DATABASE_URL', 'path' in database ? `sqlite:${database.path}` : databaseName(database)),
    shown('HOST', http.host),
    shown('PORT', http.port),
    shown('PUBLIC_URL', settings.publicUrl),
    shown('ENVIRONMENT', settings.environment),
    secret('OPS_TOKEN', settings.opsToken),
    secret('OPS_VIEWER_TOKEN', settings.opsViewerToken),
    secret('METRICS_TOKEN', settings.metricsToken),
    secret('ALERT_WEBHOOK_URL', alerts.webhookUrl),
    shown('ALERT_FORMAT', alerts.format),
    shown('ALERT_AFTER_FAILURES', alerts.afterFailures),
    shown('LOG_LEVEL', logging.level),
    shown('LOG_FORMAT', logging.format),
    shown('SHUTDOWN_TIMEOUT', formatDuration(settings.shutdownTimeout)),
    shown('RUN_ON_START', settings.runOnStart),
    shown('.env', settings.environmentFile ?? 'none was read'),
  ];
}

function apiView({ prefix, url, credentials, concurrency, ratePerSecond, timeout }: ApiSettings): ShownVariable[] {
  const { min, max } = concurrency;
  return [
    { name: `${prefix}URL`, value: url },
    { name: `${prefix}…`, value: credentials ? `credentials of kind ${credentials.kind} are set` : 'no credentials' },
    { name: `${prefix}CONCURRENCY`, value: min === max ? String(max) : `${min}..${max}` },
    { name: `${prefix}RATE`, value: ratePerSecond === undefined ? 'found out' : `${ratePerSecond}/s` },
    { name: `${prefix}TIMEOUT`, value: formatDuration(timeout) },
  ];
}
