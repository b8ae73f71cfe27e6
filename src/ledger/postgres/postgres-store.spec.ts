import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { useDatabase } from '../../../test/postgres/use-database.js';
import { PostgresServer } from '../../../test/postgres/postgres-server.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import type { LedgerRole } from '../ledger-connection.js';
import { claimOne, manualClaim, start } from '../testing/claims.js';
import { sqlLedgers } from '../testing/sql-ledgers.js';
import { TestClock } from '../testing/test-clock.js';
import { PostgresStore } from './postgres-store.js';

const database = useDatabase();
const clock = new TestClock();
const stores: PostgresStore[] = [];
let schema: string;

beforeEach(() => {
  schema = database.newSchema();
});

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

function storeAt(url = database.url, events = new WorkerEvents()): PostgresStore {
  const store = new PostgresStore({ url, schema }, 'of the test', clock, events);
  stores.push(store);
  return store;
}

async function opened(role: LedgerRole = 'service', url?: string): Promise<PostgresStore> {
  const store = storeAt(url);
  await store.open(role);
  return store;
}

function urlWith(change: (url: URL) => void): string {
  const url = new URL(database.url);
  change(url);
  return url.href;
}

/** Stands between a worker and the server; `spoil` may end a connection in place of passing on. */
class Proxy {
  readonly sockets = new Set<Socket>();
  spoil: (data: Buffer, client: Socket) => boolean = () => false;
  cutAnswers = false;
  /** What gets through of an answer. */
  rewrite: (data: Buffer) => Buffer = (data) => data;
  private readonly server: Server;

  private constructor(target: number) {
    this.server = createServer((client) => {
      const server = connect(target, '127.0.0.1');
      this.sockets.add(client).add(server);
      client.on('data', (data) => void (this.spoil(data, client) || server.write(data)));
      server.on('data', (data) => void (this.cutAnswers ? client.destroy() : client.write(this.rewrite(data))));
      for (const [one, other] of [
        [client, server],
        [server, client],
      ] as const) {
        one.on('close', () => other.destroy()).on('error', () => other.destroy());
      }
    });
  }

  static async start(): Promise<Proxy> {
    const proxy = new Proxy(Number(new URL(database.url).port));
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return urlWith((url) => (url.port = String(port)));
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

describe('a ledger in PostgreSQL', () => {
  it('is made once by processes that start at once', async () => {
    await Promise.all([1, 2, 3, 4].map(() => opened()));
    const [made] = await database.query<{ times: string }>(
      `select count(*) as times from ${schema}.ledger_migrations where name = '0001-runs'`,
    );
    expect(made).toEqual({ times: '1' });
  });

  it('compares texts by their bytes', async () => {
    await opened();
    const found = await database.query(
      `select distinct collation_name as name from information_schema.columns
        where table_schema = '${schema}' and data_type = 'text'`,
    );
    expect(found).toEqual([{ name: 'C' }]);
  });

  it('is open to a program that does not know what a newer one has added', async () => {
    await opened();
    await database.query(`insert into ${schema}.ledger_migrations values ('0999-more', '2027-01-01T00:00:00.000Z')`);
    await expect(opened()).resolves.toBeInstanceOf(PostgresStore);
  });

  it('is not open to a program before the next major version', async () => {
    await opened();
    await database.query(`insert into ${schema}.ledger_migrations values ('1000-else', '2027-01-01T00:00:00.000Z')`);
    await expect(opened()).rejects.toMatchObject({
      code: 'LEDGER_UNUSABLE',
      message: expect.stringMatching(/written by a newer version .* 1000-else.*Run that version/) as string,
    });
  });

  it('takes no place where another program has its tables', async () => {
    await database.query(`create schema ${schema}; create table ${schema}.customers (id int)`);
    await expect(opened()).rejects.toMatchObject({
      code: 'LEDGER_UNUSABLE',
      message: expect.stringContaining('it has the table customers') as string,
    });
  });

  it('is missing for whoever only looks, and is not made', async () => {
    await expect(opened('reader')).rejects.toMatchObject({ code: 'LEDGER_MISSING' });
    expect(await database.query(`select 1 from pg_namespace where nspname = '${schema}'`)).toEqual([]);
  });
});

describe('a server that does not let the worker in', () => {
  it.each<[string, (url: URL) => void, RegExp]>([
    [
      'a wrong password',
      (url) => (url.password = 'wrong'),
      /does not let this user in .*Correct the user and the password/,
    ],
    ['an unknown database', (url) => (url.pathname = '/nowhere'), /does not exist .*Create the database/],
    ['TLS that it lacks', (url) => url.searchParams.set('sslmode', 'require'), /cannot be reached by TLS/],
  ])('is told of: %s', async (_what, change, message) => {
    const store = storeAt(urlWith(change));
    await expect(store.open('service')).rejects.toMatchObject({
      code: 'LEDGER_UNUSABLE',
      message: expect.stringMatching(message) as string,
    });
  });

  it('is told of: a role without the right to make tables', async () => {
    await database.query(`create role ${schema}_poor login password 'poor'`);
    const url = urlWith((poor) => {
      poor.username = `${schema}_poor`;
      poor.password = 'poor';
    });
    await expect(opened('service', url)).rejects.toMatchObject({
      code: 'LEDGER_UNUSABLE',
      message: expect.stringMatching(/may not be used by this role .*Run `worker migrate`/) as string,
    });
    await database.query(`drop role ${schema}_poor`);
  });

  it('is told of: a version that is too old', async () => {
    const proxy = await Proxy.start();
    try {
      const older = (data: Buffer) => data.toString('latin1').replace(/\b1[3-9]\d{4}\b/, '120022');
      proxy.rewrite = (data) => Buffer.from(older(data), 'latin1');
      await expect(opened('service', proxy.url)).rejects.toMatchObject({
        code: 'LEDGER_UNUSABLE',
        message: expect.stringMatching(/is on PostgreSQL 12.*Use version 13 or newer/) as string,
      });
      expect(await database.query(`select 1 from pg_namespace where nspname = '${schema}'`)).toEqual([]);
    } finally {
      proxy.stop();
    }
  });

  it('is told of at once to a command: one that is not there', async () => {
    const nowhere = urlWith((url) => (url.port = '1'));
    await expect(storeAt(nowhere).open('command')).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
      message: expect.stringMatching(/cannot be reached .*Check that PostgreSQL runs there/) as string,
    });
  });
});

describe('a service whose server is away', () => {
  it('waits for it, and works again after a later outage', async () => {
    const server = await PostgresServer.start();
    try {
      await server.kill();
      const events = new WorkerEvents();
      const told: unknown[] = [];
      const isTold = new Promise<void>((resolve) => {
        events.on('ledger.unreachable', (event) => {
          told.push(event);
          resolve();
        });
      });
      const store = storeAt(server.url, events);
      const opening = store.open('service');
      await isTold;
      await server.start();
      await opening;
      expect(told).toHaveLength(1);
      await server.kill();
      expect(await store.check()).toMatchObject({
        writable: false,
        problem: expect.stringContaining('cannot be reached') as string,
      });
      await server.start();
      expect(await store.check()).toEqual({ writable: true, problem: null });
    } finally {
      for (const store of stores.splice(0)) await store.close();
      await server.stop();
    }
  });

  it('gives up when it is stopped', async () => {
    const events = new WorkerEvents();
    const store = storeAt(
      urlWith((url) => (url.port = '1')),
      events,
    );
    const isTold = new Promise((resolve) => events.on('ledger.unreachable', resolve));
    const opening = store.open('service');
    await isTold;
    await store.close();
    await expect(opening).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });
});

describe('a transaction', () => {
  let proxy: Proxy;
  beforeEach(async () => {
    proxy = await Proxy.start();
  });
  afterEach(() => proxy.stop());

  it('begins anew when its connection breaks', async () => {
    const store = await opened();
    let tries = 0;
    await store.transaction(async ({ executeSql }) => {
      await executeSql(`insert into tasks (task) values ('a')`);
      if (++tries === 1) await executeSql('select pg_terminate_backend(pg_backend_pid())');
    });
    expect(tries).toBe(2);
    expect(await database.query(`select task from ${schema}.tasks`)).toEqual([{ task: 'a' }]);
  });

  it('is not repeated when only the answer to its commit is lost', async () => {
    const { runs, history } = sqlLedgers(await opened('service', proxy.url), clock);
    proxy.spoil = (data) => {
      if (data.includes('commit')) proxy.cutAnswers = true;
      // The next connection finds out what came of it.
      setTimeout(() => (proxy.cutAnswers = false), 100);
      return false;
    };
    const claimed = await claimOne(runs, manualClaim('a'));
    expect(claimed?.execution?.run.status).toBe('running');
    proxy.spoil = () => false;
    expect(await history.list({ limit: 10 })).toHaveLength(1);
  });

  it('goes on when another version of the program has added a column', async () => {
    const { runs } = sqlLedgers(await opened(), clock);
    const finished = async () => {
      const execution = await start(runs, manualClaim('a', { overlap: 'queue' }));
      await runs.claim([manualClaim('a', { overlap: 'queue' })]);
      await runs.finish(execution, { status: 'succeeded' });
      const next = await runs.startNext('a');
      return (await runs.finish(next!, { status: 'succeeded' })).status;
    };
    expect(await finished()).toBe('succeeded');
    await database.query(`alter table ${schema}.runs add column of_the_future text`);
    expect(await finished()).toBe('succeeded');
  });

  it('takes a text with a NUL, without it', async () => {
    const store = await opened();
    await store.executeSql('insert into tasks (task) values ($1)', ['a\0b']);
    expect(await database.query(`select task from ${schema}.tasks`)).toEqual([{ task: 'ab' }]);
  });

  it('works behind a pooler that refuses settings of a session', async () => {
    proxy.spoil = (data, client) => {
      if (!data.includes('options\0')) return false;
      client.end(refusal('08P01', 'unsupported startup parameter: options'));
      return true;
    };
    const store = await opened('service', proxy.url);
    expect(store.canListen).toBe(false);
    const { runs, history } = sqlLedgers(store, clock);
    await runs.finish(await start(runs, manualClaim('a')), { status: 'succeeded' });
    expect(await history.list({ limit: 10 })).toMatchObject([{ task: 'a', status: 'succeeded' }]);
  });
});

/** An `ErrorResponse` of the protocol. */
function refusal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
