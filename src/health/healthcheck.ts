import { get } from 'node:http';

/**
 * The HEALTHCHECK command of the container: `node dist/health/healthcheck.js [PATH]` ends with 0
 * when PATH (`/health/live`) answers 200, else with 1. It reads two variables itself, since it has
 * to be over in milliseconds.
 */
const TIMEOUT_MS = 3_000;
const ANY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

const host = process.env['HOST'] || '127.0.0.1';
const port = process.env['PORT'] || '3000';
const path = process.argv[2] ?? '/health/live';

function end(healthy: boolean, reason: string): never {
  process.stdout.write(`${reason}\n`);
  process.exit(healthy ? 0 : 1);
}

setTimeout(() => end(false, `no answer within ${TIMEOUT_MS} ms`), TIMEOUT_MS);
get({ host: ANY_ADDRESS[host] ?? host, port, path, agent: false }, ({ statusCode }) =>
  end(statusCode === 200, `${path} answers ${statusCode}`),
).on('error', ({ message }) => end(false, message));
