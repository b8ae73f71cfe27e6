import { resolve } from 'node:path';

/** Where the ledger is: in a file, or on a server. */
export type DatabaseSettings =
  | {
      /** Absolute path of the SQLite file. */
      readonly path: string;
    }
  | {
      /** `postgres://…`, with whatever password it has. */
      readonly url: string;
      readonly schema: string;
    };

type Location = { readonly path: string } | { readonly url: string };

export function databaseSettings(location: Location, schema: string): DatabaseSettings {
  return 'url' in location ? { ...location, schema } : location;
}

/** What `sslmode` may ask for. */
const TLS_MODES = ['disable', 'no-verify', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** A path, or a URL of PostgreSQL. */
export function parseDatabase(value: string): Location | undefined {
  const path = value.startsWith('sqlite:') ? parseFile(value.slice('sqlite:'.length)) : undefined;
  if (path !== undefined) return { path };
  const url = parsePostgresUrl(value);
  return url === undefined ? undefined : { url };
}

/** `PATH` or, as other programs write it, `///ABSOLUTE/PATH`. */
function parseFile(location: string): string | undefined {
  const path = location.replace(/^\/\/(?=\/)/, '');
  // `//…` would be a host, `:memory:` records nothing, `~` is the shell's, `…/` is a folder.
  const isFile = path !== '' && !/^(?:\/\/|[:~])|[/\\]$/.test(path);
  return isFile ? resolve(path) : undefined;
}

function parsePostgresUrl(value: string): string | undefined {
  const url = /\s/.test(value) ? null : URL.parse(value);
  if (!url || !/^postgres(?:ql)?:$/.test(url.protocol) || url.hash) return undefined;
  const { searchParams } = url;
  // The driver knows one server; a folder of sockets is named by `host`.
  const host = url.hostname || searchParams.get('host');
  if (!host || host.includes(',') || !/^\/[^/]+$/.test(url.pathname)) return undefined;
  // No output would mask it there.
  if (searchParams.has('password')) return undefined;
  if (!TLS_MODES.includes(searchParams.get('sslmode') ?? 'disable')) return undefined;
  return isDecodable(url) ? value : undefined;
}

function isDecodable({ username, password, pathname }: URL): boolean {
  try {
    return [username, password, pathname].every((part) => decodeURIComponent(part) !== '\0');
  } catch {
    return false;
  }
}

/** As PostgreSQL takes it without quotes. */
export function parseSchema(value: string): string | undefined {
  return /^(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,62}$/.test(value) ? value : undefined;
}

/** With its secrets; of a file none. */
export function addressOf(database: DatabaseSettings): string | undefined {
  return 'url' in database ? database.url : undefined;
}

/** For people: without secrets. */
export function databaseName(database: DatabaseSettings): string {
  if ('path' in database) return database.path;
  const { username, hostname, port, pathname, searchParams } = new URL(database.url);
  const user = username && `${username}@`;
  const host = `${hostname || searchParams.get('host')}${port && `:${port}`}`;
  return `postgres://${user}${host}${pathname} (schema ${database.schema})`;
}
