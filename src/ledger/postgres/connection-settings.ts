import { hostname } from 'node:os';
import type { ClientConfig } from 'pg';
import { SECOND } from '../../time/duration.js';

export interface PostgresSettings {
  readonly url: string;
  readonly schema: string;
}

const CONNECT_TIMEOUT_MS = 5 * SECOND;
const STATEMENT_TIMEOUT_MS = 15 * SECOND;
const LOCK_TIMEOUT_MS = 5 * SECOND;
/** Shorter than a lease: who is cut off within a transaction locks nothing once it is dead. */
const IDLE_TRANSACTION_TIMEOUT_MS = 4 * SECOND;
/** Later than the server's: it only comes to this where the connection has gone silent. */
const ANSWER_TIMEOUT_MS = 20 * SECOND;

/** PostgreSQL cuts a longer one, with a notice. */
const MAX_APPLICATION_NAME_BYTES = 63;

/** What every session of the worker is set to. */
export function sessionSettings(schema: string): Readonly<Record<string, string>> {
  return {
    // Nothing but the ledger's own schema: a table of the same name elsewhere is none of ours.
    search_path: schema,
    statement_timeout: `${STATEMENT_TIMEOUT_MS}ms`,
    lock_timeout: `${LOCK_TIMEOUT_MS}ms`,
    idle_in_transaction_session_timeout: `${IDLE_TRANSACTION_TIMEOUT_MS}ms`,
  };
}

/**
 * How to connect, as plain data: also for a thread. `plain`: without the settings of the session,
 * which a pooler may refuse.
 */
export function clientConfig({ url, schema }: PostgresSettings, { plain = false } = {}): ClientConfig {
  const address = new URL(url);
  const { searchParams } = address;
  // Each of them verifies certificate and name; the driver would warn that this may change.
  if (['prefer', 'require', 'verify-ca'].includes(searchParams.get('sslmode') ?? '')) {
    searchParams.set('sslmode', 'verify-full');
  }
  const settings = Object.entries(sessionSettings(schema)).map(([name, value]) => `-c ${name}=${value}`);
  if (!plain) searchParams.set('options', [searchParams.get('options') ?? '', ...settings].join(' ').trim());
  return {
    connectionString: address.href,
    application_name: `task-worker ${hostname()}/${process.pid}`.slice(0, MAX_APPLICATION_NAME_BYTES),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
  };
}
