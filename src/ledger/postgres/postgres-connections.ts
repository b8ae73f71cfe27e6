import type { Pool, PoolClient, QueryConfig, QueryResult, types } from 'pg';
import { SECOND } from '../../time/duration.js';
import { clientConfig, type PostgresSettings, sessionSettings } from './connection-settings.js';
import { PostgresFailure } from './postgres-failure.js';

/** With that for beats and two for the queue a process has six at the most. */
const MAX_CONNECTIONS = 3;
const IDLE_CONNECTION_MS = 60 * SECOND;
const MAX_NAMED_STATEMENTS = 100;

const INT8 = 20;
/** Of a pooler that knows no `options`: "unsupported startup parameter". */
const PROTOCOL_VIOLATION = '08P01';

/** What a connection is told at its begin. */
interface ServerFacts {
  /** 150004: version 15.4. */
  readonly version: number;
}

/** The connections of this process for its work. Everything they throw is a `PostgresFailure`. */
export class PostgresConnections {
  /** A pooler hands sessions from one process to the next: none keeps what it was told. */
  keepsSessions = true;
  private pool: Pool | undefined;
  private readonly names = new Map<string, string>();

  constructor(private readonly settings: PostgresSettings) {}

  /** Loads the driver, and tries it. May be called again after it has failed. */
  async open(): Promise<ServerFacts> {
    try {
      const { searchPath, ...facts } = await this.tryAs({ plain: false });
      if (searchPath === this.settings.schema) return facts;
    } catch (error) {
      if (!(error instanceof PostgresFailure) || error.code !== PROTOCOL_VIOLATION) throw error;
    }
    return this.tryAs({ plain: true });
  }

  async close(): Promise<void> {
    const { pool } = this;
    this.pool = undefined;
    await pool?.end();
  }

  /** Statements that a transaction begins with, so that it is set as a session should be. */
  get prologue(): string {
    if (this.keepsSessions) return '';
    const settings = Object.entries(sessionSettings(this.settings.schema));
    return settings.map(([name, value]) => `set local ${name} = '${value}'; `).join('');
  }

  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const client = await this.connect();
    const connection = new Connection(client, this.keepsSessions ? this.names : null);
    try {
      return await work(connection);
    } finally {
      client.release(connection.broken);
    }
  }

  private async connect(): Promise<PoolClient> {
    if (!this.pool) throw new PostgresFailure(new Error('not connected'));
    try {
      return await this.pool.connect();
    } catch (error) {
      throw PostgresFailure.of(error);
    }
  }

  private async tryAs(how: { readonly plain: boolean }): Promise<ServerFacts & { readonly searchPath: string }> {
    await this.close();
    const { default: pg } = await import('pg');
    this.pool = new pg.Pool({
      ...clientConfig(this.settings, how),
      max: MAX_CONNECTIONS,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
      allowExitOnIdle: true,
      // Only here: the driver may have other users in this process.
      types: { getTypeParser: (type, format) => parserOf(pg.types, type, format) },
    });
    // Of an idle connection; whoever takes the next one finds out.
    this.pool.on('error', () => undefined);
    // Of one in use, whose query fails as well. Unheard it would end the process.
    this.pool.on('connect', (client) => void client.on('error', () => undefined));
    this.keepsSessions = !how.plain;
    const [row] = await this.use(({ query }) =>
      query<{ version: number; search_path: string }>({
        text: `select current_setting('server_version_num')::int as version, current_setting('search_path') as search_path`,
      }),
    ).then(({ rows }) => rows);
    return { version: row!.version, searchPath: row!.search_path };
  }
}

/** One connection, for as long as it is used. */
export class Connection {
  /** Why it cannot be used again. */
  broken: PostgresFailure | undefined;

  constructor(
    /** For what needs the driver itself. */
    readonly client: PoolClient,
    /** Statements that the server may keep prepared, by their text; null: it cannot keep any. */
    private readonly names: Map<string, string> | null,
  ) {}

  readonly query = async <Row extends object>(query: QueryConfig): Promise<QueryResult<Row>> => {
    try {
      return await this.client.query<Row>({ ...query, ...(query.values && { values: query.values.map(storable) }) });
    } catch (error) {
      const failure = PostgresFailure.of(error);
      if (failure.endsConnection) this.broken = failure;
      throw failure;
    }
  };

  /** `reused`: whether it comes again, so that it is worth to keep it prepared. */
  async execute(text: string, values: readonly unknown[], reused: boolean): Promise<QueryResult<object>> {
    const name = reused ? this.nameOf(text) : undefined;
    return this.query({ text, values: [...values], ...(name !== undefined && { name }) });
  }

  private nameOf(text: string): string | undefined {
    if (!this.names) return undefined;
    const known = this.names.get(text);
    if (known !== undefined || this.names.size >= MAX_NAMED_STATEMENTS) return known;
    const name = `ledger_${this.names.size}`;
    this.names.set(text, name);
    return name;
  }
}

function parserOf(
  { getTypeParser }: typeof types,
  type: number,
  format?: 'text' | 'binary',
): (value: string) => unknown {
  return type === INT8 ? Number : (getTypeParser(type, format) as (value: string) => unknown);
}

/** PostgreSQL refuses a text with a NUL. What must survive one is stored otherwise before. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '') : value;
}
