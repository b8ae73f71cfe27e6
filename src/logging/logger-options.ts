import { type LoggerOptions, stdTimeFunctions } from 'pino';
import type { WorkerSettings } from '../config/settings.js';
import { serializeError } from './error.serializer.js';
import { secretMask } from './secret-mask.js';

const SECRET_FIELDS = ['authorization', 'Authorization', 'cookie', 'token', 'password'];

/** How lines are built; where they go is the destination's business. */
export function loggerOptions({ logging, secrets }: WorkerSettings): LoggerOptions {
  return {
    level: logging.level,
    base: { service: 'task-worker' },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: serializeError },
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `headers.${field}`]), censor: '[redacted]' },
    hooks: { streamWrite: secretMask(secrets) },
  };
}
