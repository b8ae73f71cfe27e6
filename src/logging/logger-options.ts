import { hostname } from 'node:os';
import { type LoggerOptions, stdTimeFunctions } from 'pino';
import type { WorkerSettings } from '../config/settings.js';
import { maskSecrets } from '../config/secret-mask.js';
import { escapeJson } from '../runs/foreign-text.js';
import { logFields } from './log-fields.js';

/** How lines are built; where they go is the destination's business. */
export function loggerOptions({ logging, database }: WorkerSettings): LoggerOptions {
  return {
    level: logging.level,
    // Of several replicas, as runs name it.
    base: { service: 'task-worker', ...('url' in database && { worker: `${hostname()}/${process.pid}` }) },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: logFields },
    // `logFields` has described errors already.
    serializers: { err: (described: unknown) => described },
    hooks: { streamWrite: (line) => escapeJson(maskSecrets(line)) },
  };
}
