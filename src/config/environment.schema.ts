import { resolve } from 'node:path';
import { z } from 'zod';
import { DAY, MINUTE, SECOND } from '../time/duration.js';
import { MAX_TIMER_MS } from '../time/longest-timer.js';
import { parseDatabase, parseSchema } from './database-settings.js';
import { LOG_LEVELS } from './settings.js';
import {
  MAX_CONCURRENCY,
  text,
  duration,
  oneOf,
  parseBaseUrl,
  parseTokenUrl,
  parseProxy,
  parseConcurrency,
  parseRate,
  parseCount,
  parsePort,
  parseHost,
  parseToken,
  parseSecretAddress,
  parseOtlpHeaders,
  parseRatio,
} from './variable-parsers.js';

const SECRET_ADDRESS =
  'an http(s) URL without a user, such as https://hc-ping.com/eb095278-f28d-448d-87fb-7b75c171a6aa';

const TOKEN = 'a token of visible ASCII characters without spaces (and without the word Bearer)';
/** Headers that are the transport's, or say something else. */
const UNFIT_HEADERS = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'cookie',
  'idempotency-key',
]);
const MIN_OPS_TOKEN_LENGTH = 32;
const opsToken = () =>
  text(`${TOKEN}, at least ${MIN_OPS_TOKEN_LENGTH} of them`, (value) =>
    value.length >= MIN_OPS_TOKEN_LENGTH ? parseToken(value) : undefined,
  ).optional();
const notYet = (expected: string) => text<never>(expected, () => undefined).optional();

const OTLP_HEADERS = 'name=value pairs with a comma between them, such as api-key=abc';
const collectorUrl = () =>
  text(
    'an http(s) URL without credentials, query or fragment, such as http://localhost:4318 (gRPC is not spoken)',
    parseBaseUrl,
  ).optional();

/** Travels in `Authorization: Basic …`, where a colon ends the name (RFC 7617 §2). */
function parseUsername(value: string): string | undefined {
  // eslint-disable-next-line no-control-regex -- they are what is refused
  return /^[^\x00-\x1f\x7f:]{1,1024}$/.test(value) ? value : undefined;
}

function parseHeaderName(value: string): string | undefined {
  return /^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(value) && !UNFIT_HEADERS.has(value.toLowerCase()) ? value : undefined;
}

/** The settings of one API, each the end of a variable `DATA_API_…` or `<NAME>_API_…`. */
export const apiSchema = z.object({
  URL: text(
    'an http(s) base URL without credentials, query or fragment, such as https://data.example.com/base',
    parseBaseUrl,
  ),
  TOKEN: text(TOKEN, parseToken).optional(),
  TOKEN_HEADER: text('the name of a header for the token, such as X-Api-Key', parseHeaderName).optional(),
  USERNAME: text('a user name without a colon and control characters', parseUsername).optional(),
  PASSWORD: text('a password', (value) => value || undefined).optional(),
  OAUTH_TOKEN_URL: text(
    'the http(s) URL of a token endpoint, without credentials and fragment',
    parseTokenUrl,
  ).optional(),
  OAUTH_CLIENT_ID: text('the id of a client', (value) => value || undefined).optional(),
  OAUTH_CLIENT_SECRET: text('the secret of a client', (value) => value || undefined).optional(),
  OAUTH_SCOPE: text('scopes with a space between them', (value) => value || undefined).optional(),
  CONCURRENCY: text(
    `MIN..MAX or one number, such as 1..64 or 8, from 1 to ${MAX_CONCURRENCY}`,
    parseConcurrency,
  ).default({ min: 1, max: 64 }),
  RATE: text('requests a second or a minute, such as 200/s or 600/m', parseRate).optional(),
  TIMEOUT: duration(1, MAX_TIMER_MS, 'from 1ms to 24d').default(10 * SECOND),
});

/** Every variable but those whose names depend on the tasks: of the APIs, and `TASK_…`. */
export const environmentSchema = z.object({
  DATABASE_URL: text(
    'sqlite:PATH, such as sqlite:./data/worker.db, or postgres://USER:PASSWORD@HOST:5432/DATABASE',
    parseDatabase,
  ).default(() => ({ path: resolve('data/worker.db') })),
  DATABASE_SCHEMA: text(
    'the name of a schema: at most 63 of a-z, 0-9 and _, not beginning with a digit or pg_',
    parseSchema,
  ).default('task_worker'),
  QUEUE_URL: notYet('nothing: this version runs tasks on one machine, without a queue'),
  HOST: text('a host name or an IP address to listen on, without a port, such as 127.0.0.1', parseHost).default(
    '127.0.0.1',
  ),
  PORT: text('a port from 0 (any free one) to 65535', parsePort).default(3000),
  OPS_TOKEN: opsToken(),
  OPS_VIEWER_TOKEN: opsToken(),
  METRICS_TOKEN: text(TOKEN, parseToken).optional(),
  PUBLIC_URL: text(
    'an http(s) URL without credentials, query or fragment, where people reach the service',
    parseBaseUrl,
  ).optional(),
  ENVIRONMENT: text('a short name such as production', (value) =>
    /^[\w .-]{1,40}$/.test(value) ? value : undefined,
  ).optional(),
  ALERT_WEBHOOK_URL: text(SECRET_ADDRESS, parseSecretAddress).optional(),
  ALERT_FORMAT: oneOf('json', 'slack').default('json'),
  ALERT_AFTER_FAILURES: text('a number of runs from 1 to 100', (value) =>
    /^[1-9]\d?$|^100$/.test(value) ? Number(value) : undefined,
  ).default(1),
  OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collectorUrl(),
  OTEL_EXPORTER_OTLP_HEADERS: text(OTLP_HEADERS, parseOtlpHeaders).optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: oneOf('http/json', 'http/protobuf').optional(),
  OTEL_TRACES_SAMPLER: oneOf(
    'always_on',
    'always_off',
    'traceidratio',
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
  ).optional(),
  OTEL_TRACES_SAMPLER_ARG: text('a ratio from 0 to 1, such as 0.1', parseRatio).optional(),
  OTEL_SERVICE_NAME: text('a name', (value) => value || undefined).optional(),
  LOG_LEVEL: oneOf(...LOG_LEVELS).default('info'),
  LOG_FORMAT: oneOf('json', 'pretty').optional(),
  SHUTDOWN_TIMEOUT: duration(0, MAX_TIMER_MS, 'at most 24d').default(25 * SECOND),
  RUN_ON_START: oneOf('true', 'false')
    .transform((value) => value === 'true')
    .default(false),
  CLEANUP_OLDER_THAN: duration(MINUTE, 36_500 * DAY, 'from 1m to 36500d').default(30 * DAY),
});

const proxy = () => text('the address of a proxy, such as http://proxy.example.com:3128', parseProxy).optional();

/** What undici's `EnvHttpProxyAgent` reads, and would throw at with the password in its message. */
export const proxySchema = z.object({
  http_proxy: proxy(),
  HTTP_PROXY: proxy(),
  https_proxy: proxy(),
  HTTPS_PROXY: proxy(),
});

/** The settings of one task, each the end of a variable `TASK_<NAME>_…`. */
export const taskOverrideSchema = z.object({
  SCHEDULE: text('every 5m, a cron expression of 5 or 6 fields, or off', (value) => value || undefined).optional(),
  TIMEZONE: text('an IANA time zone such as Europe/Berlin', (value) => value || undefined).optional(),
  TIMEOUT: duration(1, MAX_TIMER_MS, 'from 1ms to 24d').optional(),
  CATCH_UP: oneOf('skip', 'latest', 'all').optional(),
  PING_URL: text(SECRET_ADDRESS, parseSecretAddress).optional(),
  SPREAD: duration(0, DAY, 'at most 1d').optional(),
  CONCURRENCY: text(`a whole number from 1 to ${MAX_CONCURRENCY}`, parseCount).optional(),
});
