import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { PostgresServer } from './postgres-server.ts';

/** A database for the tests of a file; each takes schemas of its own in it. */
interface TestDatabase {
  /** `DATABASE_URL`. */
  readonly url: string;
  /** The name of a schema that does not exist. It is dropped at the end. */
  newSchema(): string;
  /** Performs statements, as the user of `url` or of another one. */
  query<Row = Record<string, unknown>>(sql: string, url?: string): Promise<Row[]>;
}

/**
 * Call in a `describe` or at the top of a file. The server is that of `TEST_DATABASE_URL`, whose
 * user has to be allowed to create schemas and roles; else one that comes by npm is started.
 */
export function useDatabase(): TestDatabase {
  let server: PostgresServer | undefined;
  const given = process.env['TEST_DATABASE_URL'];
  const schemas: string[] = [];
  const database: TestDatabase = {
    get url() {
      return given ?? server!.url;
    },
    newSchema() {
      const schema = `test_${randomUUID().replaceAll('-', '')}`;
      schemas.push(schema);
      return schema;
    },
    async query<Row>(sql: string, url = database.url): Promise<Row[]> {
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        const { rows } = await client.query(sql);
        return rows as Row[];
      } finally {
        await client.end();
      }
    },
  };
  beforeAll(async () => {
    if (given === undefined) server = await PostgresServer.start();
  });
  afterAll(async () => {
    if (server) return server.stop();
    for (const schema of schemas) await database.query(`drop schema if exists "${schema}" cascade`);
  });
  return database;
}
