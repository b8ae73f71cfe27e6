import type { Environment } from '../settings.js';

export interface BadEnvironment {
  readonly is: string;
  readonly environment: Environment;
  /** What the message has to name. */
  readonly subject: string;
  /** What the message has to say is expected. */
  readonly expected: RegExp;
  /** What must not appear anywhere. */
  readonly secret?: string;
}

/** Files that the table refers to as `@name`, by their content. */
export const FILES = {
  empty: ' \n',
  'two-lines': 'file-s3cret\nsecond line\n',
  address: 'ftp://worker:file-s3cret@host/\n',
  token: 'file-s3cret-of-more-than-32-characters\n',
  huge: 'file-s3cret'.repeat(10_000),
} as const;

const URL_EXPECTED = /an http\(s\) base URL without credentials, query or fragment/;
const DURATION_EXPECTED = /a duration such as 250ms, 5s, 10m, 1h or 30d/;
const TOKEN_EXPECTED = /a token of visible ASCII characters without spaces/;
const DATABASE_EXPECTED = /sqlite:PATH.* or postgres:/;
const SCHEMA_EXPECTED = /the name of a schema/;
const PROXY_EXPECTED = /the address of a proxy, such as http:/;
const HOST_EXPECTED = /a host name or an IP address/;
const PORT_EXPECTED = /a port from 0 .* to 65535/;
const RATE_EXPECTED = /requests a second or a minute, such as 200\/s or 600\/m/;
const CONCURRENCY_EXPECTED = /MIN\.\.MAX or one number.* from 1 to 1024/;

function one(
  is: string,
  variable: string,
  value: string | undefined,
  expected: RegExp,
  secret?: string,
): BadEnvironment {
  const environment = { [variable]: value };
  return { is, environment, subject: variable, expected, ...(secret !== undefined && { secret }) };
}

/** Each is bad in one way, on top of a good environment. Nothing here depends on the tasks. */
export const BAD_ENVIRONMENTS: readonly BadEnvironment[] = [
  one('no address of the Data API', 'DATA_API_URL', undefined, URL_EXPECTED),
  one('an empty address', 'DATA_API_URL', '', URL_EXPECTED),
  one('text instead of an address', 'DATA_API_URL', 'data-api', URL_EXPECTED),
  one('an address without a scheme', 'DATA_API_URL', 'localhost:8080', URL_EXPECTED),
  one('an address of another scheme', 'DATA_API_URL', 'ftp://example.com', URL_EXPECTED),
  one('an address with a port beyond 65535', 'DATA_API_URL', 'http://localhost:99999', URL_EXPECTED),
  one('an address of two lines', 'DATA_API_URL', 'http://exam\nple.com', URL_EXPECTED),
  one('an address with a password', 'DATA_API_URL', 'https://worker:s3cret@api', URL_EXPECTED, 's3cret'),
  one('a broken address with a password', 'DATA_API_URL', 'https://worker:s3/cr@et@api', URL_EXPECTED, 's3/cr@et'),
  one('a password without a scheme', 'DATA_API_URL', 'worker:s3cret@api', URL_EXPECTED, 's3cret'),
  one('an address with a query', 'DATA_API_URL', 'https://api/?key=s3cret', URL_EXPECTED, 's3cret'),
  one('an address with a fragment', 'DATA_API_URL', 'https://api/#s3cret', URL_EXPECTED, 's3cret'),
  one('a token with the word Bearer', 'DATA_API_TOKEN', 'Bearer s3cret', TOKEN_EXPECTED, 's3cret'),
  one('a token of two lines', 'DATA_API_TOKEN', 's3cret\nmore', TOKEN_EXPECTED, 's3cret'),
  one('a token beyond ASCII', 'DATA_API_TOKEN', 's3crét-s3cret', TOKEN_EXPECTED, 's3cr'),
  one('a token too long for a header', 'DATA_API_TOKEN', 's3cret'.repeat(2_000), TOKEN_EXPECTED, 's3cret'),
  one('an alert address without a scheme', 'ALERT_WEBHOOK_URL', 'hooks/s3cret', /an http\(s\) URL/, 's3cret'),
  one('a public address with a password', 'PUBLIC_URL', 'https://me:s3cret@worker', /an http\(s\) URL/, 's3cret'),
  one('an environment of two lines', 'ENVIRONMENT', 'pro\nduction', /a short name such as production/),
  one('an alert format that does not exist', 'ALERT_FORMAT', 'xml', /one of json, slack/),
  one('an alert after no failure', 'ALERT_AFTER_FAILURES', '0', /a number of runs from 1 to 100/),
  one('a metrics token with a space', 'METRICS_TOKEN', 'my s3cret', TOKEN_EXPECTED, 's3cret'),
  one('an ops token with a space', 'OPS_TOKEN', `ops ${'s3cret'.repeat(6)}`, TOKEN_EXPECTED, 's3cret'),
  one('an ops token of 31 characters', 'OPS_TOKEN', 's3cret'.padEnd(31, '.'), /at least 32 of them/, 's3cret'),
  one('a token file that is missing', 'DATA_API_TOKEN_FILE', '@/missing', /a file that can be read \(ENOENT\)/),
  one('a token file that is a folder', 'DATA_API_TOKEN_FILE', '@/', /a regular file, not a folder/),
  one('a token file that is empty', 'DATA_API_TOKEN_FILE', '@/empty', /a file that is not empty/),
  one('a token file without an end', 'DATA_API_TOKEN_FILE', '/dev/zero', /a regular file, not a device/),
  one('a token file too large', 'DATA_API_TOKEN_FILE', '@/huge', /a file of at most 64 KiB/, 'file-s3cret'),
  one('the token in place of its file', 'DATA_API_TOKEN_FILE', 's3cret', /a file that can be read/, 's3cret'),
  {
    is: 'a token file of two lines',
    environment: { DATA_API_TOKEN_FILE: '@/two-lines' },
    subject: 'DATA_API_TOKEN',
    expected: TOKEN_EXPECTED,
    secret: 'file-s3cret',
  },
  {
    is: 'a token and a token file',
    environment: { DATA_API_TOKEN: 'plain-s3cret', DATA_API_TOKEN_FILE: '@/token' },
    subject: 'DATA_API_TOKEN_FILE',
    expected: /only one of DATA_API_TOKEN and DATA_API_TOKEN_FILE/,
    secret: 's3cret',
  },
  {
    is: 'an ops token and an ops token file',
    environment: { OPS_TOKEN: 'plain-s3cret'.repeat(3), OPS_TOKEN_FILE: '@/token' },
    subject: 'OPS_TOKEN_FILE',
    expected: /only one of OPS_TOKEN and OPS_TOKEN_FILE/,
    secret: 's3cret',
  },
  {
    is: 'a bad address in a file',
    environment: { DATA_API_URL: undefined, DATA_API_URL_FILE: '@/address' },
    subject: 'DATA_API_URL',
    expected: URL_EXPECTED,
    secret: 'file-s3cret',
  },
  {
    is: 'a bad ledger in a file',
    environment: { DATABASE_URL: undefined, DATABASE_URL_FILE: '@/address' },
    subject: 'DATABASE_URL',
    expected: DATABASE_EXPECTED,
    secret: 'file-s3cret',
  },
  one('a letter too few', 'DATA_API_CONCURENCY', '8', /DATA_API_CONCURRENCY/),
  one('two letters swapped', 'SHUTDOWN_TIEMOUT', '5s', /SHUTDOWN_TIMEOUT/),
  one('a letter too many before _FILE', 'DATA_API_TOKENS_FILE', '@/token', /DATA_API_TOKEN_FILE/),
  one('a name in lower case', 'log_level', 'debug', /LOG_LEVEL/),
  one('a short name in lower case', 'port', '8080', /PORT/),
  {
    is: 'TLS checks switched off in production',
    environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_ENV: 'production' },
    subject: 'NODE_TLS_REJECT_UNAUTHORIZED',
    expected: /NODE_EXTRA_CA_CERTS/,
  },
  one('a ledger without a path', 'DATABASE_URL', 'sqlite:', DATABASE_EXPECTED),
  one('a ledger as a bare path', 'DATABASE_URL', './worker.db', DATABASE_EXPECTED),
  one('a ledger in memory', 'DATABASE_URL', 'sqlite::memory:', DATABASE_EXPECTED),
  one('a ledger on another host', 'DATABASE_URL', 'sqlite://host/worker.db', DATABASE_EXPECTED),
  one('a ledger below a tilde', 'DATABASE_URL', 'sqlite:~/worker.db', DATABASE_EXPECTED),
  one('a ledger that is a folder', 'DATABASE_URL', 'sqlite:./data/', DATABASE_EXPECTED),
  one('a server without a database', 'DATABASE_URL', 'postgres://me:s3cret@db', DATABASE_EXPECTED, 's3cret'),
  one('a database without a server', 'DATABASE_URL', 'postgres:///worker', DATABASE_EXPECTED),
  one('two servers', 'DATABASE_URL', 'postgres://me:s3cret@db-1,db-2/worker', DATABASE_EXPECTED, 's3cret'),
  one('an unknown way of TLS', 'DATABASE_URL', 'postgres://db/worker?sslmode=on', DATABASE_EXPECTED),
  one('a broken password', 'DATABASE_URL', 'postgres://me:s3cret%@db/worker', DATABASE_EXPECTED, 's3cret'),
  one('another database', 'DATABASE_URL', 'mysql://me:s3cret@db/worker', DATABASE_EXPECTED, 's3cret'),
  one('a schema with a hyphen', 'DATABASE_SCHEMA', 'task-worker', SCHEMA_EXPECTED),
  one('a schema of the system', 'DATABASE_SCHEMA', 'pg_catalog', SCHEMA_EXPECTED),
  one('a password in a query', 'DATABASE_URL', 'postgres://db/worker?password=s3cret', DATABASE_EXPECTED, 's3cret'),
  one('a queue', 'QUEUE_URL', 'redis://:s3cret@redis', /nothing: this version runs .* without a queue/, 's3cret'),
  one('a proxy without a scheme', 'HTTP_PROXY', 'proxy:3128', PROXY_EXPECTED),
  one('a broken proxy with a password', 'https_proxy', 'http://me:s3cret@[bad', PROXY_EXPECTED, 's3cret'),
  one('a host with a scheme', 'HOST', 'http://0.0.0.0', HOST_EXPECTED),
  one('a host with a port', 'HOST', 'localhost:3000', HOST_EXPECTED),
  one('a host with a space', 'HOST', 'local host', HOST_EXPECTED),
  one('a port beyond 65535', 'PORT', '65536', PORT_EXPECTED),
  one('a port in words', 'PORT', 'http', PORT_EXPECTED),
  one('a port in hexadecimal', 'PORT', '0x50', PORT_EXPECTED),
  one('a port below 0', 'PORT', '-1', PORT_EXPECTED),
  one(
    'a log level that does not exist',
    'LOG_LEVEL',
    'verbose',
    /one of fatal, error, warn, info, debug, trace, silent/,
  ),
  one('a log level in capitals', 'LOG_LEVEL', 'INFO', /one of fatal, error, warn, info, debug, trace, silent/),
  one('a log format that does not exist', 'LOG_FORMAT', 'xml', /one of json, pretty/),
  one('a shutdown timeout without a unit', 'SHUTDOWN_TIMEOUT', '25', DURATION_EXPECTED),
  one('a shutdown timeout below 0', 'SHUTDOWN_TIMEOUT', '-5s', DURATION_EXPECTED),
  one('a shutdown timeout beyond any timer', 'SHUTDOWN_TIMEOUT', '25d', /at most 24d/),
  one('a switch that is neither true nor false', 'RUN_ON_START', 'yes', /one of true, false/),
  one('a concurrency of nought', 'DATA_API_CONCURRENCY', '0', CONCURRENCY_EXPECTED),
  one('a concurrency the wrong way round', 'DATA_API_CONCURRENCY', '64..1', CONCURRENCY_EXPECTED),
  one('a concurrency beyond reason', 'DATA_API_CONCURRENCY', '1..1025', CONCURRENCY_EXPECTED),
  one('a concurrency in words', 'DATA_API_CONCURRENCY', 'many', CONCURRENCY_EXPECTED),
  one('a concurrency with a fraction', 'DATA_API_CONCURRENCY', '1.5', CONCURRENCY_EXPECTED),
  one('a rate of nought', 'DATA_API_RATE', '0/s', RATE_EXPECTED),
  one('a rate without its unit', 'DATA_API_RATE', '200', RATE_EXPECTED),
  one('a rate by the hour', 'DATA_API_RATE', '200/h', RATE_EXPECTED),
  one('a request timeout of nought', 'DATA_API_TIMEOUT', '0s', /from 1ms to 24d/),
  one('a request timeout in words', 'DATA_API_TIMEOUT', 'ten seconds', DURATION_EXPECTED),
  one('a request timeout beyond any timer', 'DATA_API_TIMEOUT', '30d', /from 1ms to 24d/),
  one('an age of nought', 'CLEANUP_OLDER_THAN', '0d', /from 1m to 36500d/),
  one('an age beyond the calendar', 'CLEANUP_OLDER_THAN', '999999d', /from 1m to 36500d/),
  one('a task timeout without a unit', 'TASK_SEND_REMINDERS_TIMEOUT', '30', DURATION_EXPECTED),
  one('a task timeout of nought', 'TASK_SEND_REMINDERS_TIMEOUT', '0m', /from 1ms to 24d/),
  one('a ping address without a scheme', 'TASK_SEND_REMINDERS_PING_URL', 'hc/s3cret', /an http\(s\) URL/, 's3cret'),
  one('a catch-up that does not exist', 'TASK_SEND_REMINDERS_CATCH_UP', 'some', /one of skip, latest, all/),
];
