import pino from 'pino';
import type { Options } from 'pino-http';
import type { WorkerSettings } from '../config/settings.js';
import { serializeError } from './error.serializer.js';
import { foldArguments } from './log-arguments.js';
import { runFields } from './run-fields.js';
import { secretMask } from './secret-mask.js';

const SECRET_FIELDS = ['authorization', 'Authorization', 'cookie', 'token', 'password'];

/** How lines are built; where they go is the destination's business. */
export function loggerOptions({ logging, dataApi, opsToken }: WorkerSettings): Options {
  return {
    level: logging.level,
    base: { service: 'task-worker' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: runFields,
    serializers: { err: serializeError },
    wrapSerializers: false,
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `headers.${field}`]), censor: '[redacted]' },
    hooks: { logMethod: foldArguments, streamWrite: secretMask([dataApi.token, opsToken]) },
    // Health probes would drown everything else.
    autoLogging: false,
    quietReqLogger: true,
  };
}
