import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { documents } from './docs/documents.ts';
import { PastedRepository } from './docs/pasted-repository.ts';
import { shownFiles } from './docs/type-checker.ts';

const FOLDER = 'src/tasks/book-invoices';
const TASKS = `import { Module } from '@nestjs/common';
import { BookInvoicesModule } from './book-invoices/book-invoices.module.js';

@Module({ imports: [BookInvoicesModule] })
export class TasksModule {}`;

/** Without the console, which takes as long as all else. */
const BUILD = 'nest build && node scripts/bundle.mjs';
const MAX_BUILD_MS = 300_000;

let servers: Server[];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json = (value: unknown) => JSON.stringify(value);

/** The task of docs/writing-tasks.md, as it is pasted from there, built, and run by the CLI. */
describe('A task on two APIs', () => {
  let repository: PastedRepository;

  beforeAll(async () => {
    repository = await PastedRepository.create();
    const guide = documents().find(({ path }) => path.endsWith('writing-tasks.md'));
    const files = shownFiles(guide?.blocks ?? []).filter(({ path }) => path.startsWith(FOLDER));
    for (const { path, code } of files) repository.paste(path, code);
    repository.paste('src/tasks/tasks.module.ts', TASKS);
    const built = await repository.run(BUILD);
    if (built.code !== 0) throw new Error(built.stdout + built.stderr);
  }, MAX_BUILD_MS);
  beforeEach(() => (servers = []));
  afterEach(() => servers.forEach((server) => server.closeAllConnections() ?? server.close()));
  afterAll(() => repository.remove());

  const worker = (variables: Record<string, string>, command: string) => {
    const assignments = Object.entries(variables).map(([name, value]) => `${name}='${value}'`);
    return repository.run(`${assignments.join(' ')} node dist/cli.js ${command}`);
  };

  it('reads one with a token from its endpoint and changes the other', async () => {
    const seen: { tokens: number; invoices: (string | undefined)[]; booked: string[] } = {
      tokens: 0,
      invoices: [],
      booked: [],
    };
    const auth = await serve((_, response) => {
      const token = { access_token: `t${++seen.tokens}`, token_type: 'Bearer', expires_in: 3_600 };
      response.setHeader('content-type', 'application/json').end(json(token));
    });
    const billing = await serve(({ url = '', headers }, response) => {
      seen.invoices.push(headers.authorization);
      // The first token turns out to be revoked.
      if (headers.authorization === 'Bearer t1') return void response.writeHead(401).end();
      const isFirst = !url.includes('cursor');
      const page = isFirst
        ? { items: [{ id: 1, order: 'o1', total: 10 }], next: 'b' }
        : { items: [{ id: 2, order: 'o2', total: 20 }] };
      response.setHeader('content-type', 'application/json').end(json(page));
    });
    const data = await serve((request, response) => {
      void bodyOf(request).then((body) => {
        const { method, url, headers } = request;
        seen.booked.push(`${method} ${url} ${headers.authorization} ${String(headers['idempotency-key'])} ${body}`);
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
    const variables = {
      DATA_API_URL: data,
      DATA_API_TOKEN: 'of-data',
      BILLING_API_URL: billing,
      BILLING_API_OAUTH_TOKEN_URL: `${auth}/token`,
      BILLING_API_OAUTH_CLIENT_ID: 'worker',
      BILLING_API_OAUTH_CLIENT_SECRET: 's3cret',
      BILLING_API_OAUTH_SCOPE: 'invoices',
    };
    const { stdout, code } = await worker(variables, 'run book_invoices --json');
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { status: 'succeeded', items: { total: 2, succeeded: 2 } }]);
    expect(seen.invoices).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2']);
    expect(seen.booked.sort()).toEqual([
      'PATCH /api/v1/orders/o1 Bearer of-data book:1 {"invoice":"1","total":10}',
      'PATCH /api/v1/orders/o2 Bearer of-data book:2 {"invoice":"2","total":20}',
    ]);
  });

  it('tells config check what is missing, and what is in force', async () => {
    const missing = await worker({ BILLING_API_TOKN: 'x' }, 'config check');
    expect(missing.code).toBe(5);
    expect(missing.stderr).toMatch(
      /BILLING_API_URL is not set, and a module registers the API billing: expected an http\(s\) base URL/,
    );
    expect(missing.stderr).toMatch(/BILLING_API_TOKN is not a variable of the worker: expected BILLING_API_TOKEN/);
    const billing = { BILLING_API_URL: 'https://billing.example.com', BILLING_API_TOKEN: 's3cret' };
    const { stdout, code } = await worker(billing, 'config check');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^billing {4}https:\/\/billing\.example\.com, with a token$/m);
    expect(stdout).not.toContain('s3cret');
  });

  it(
    'does not start with a name that no module registers',
    async () => {
      repository.paste(
        `${FOLDER}/book-invoices.module.ts`,
        `import { Module } from '@nestjs/common';
import { BookInvoicesTask } from './book-invoices.task.js';

@Module({ providers: [BookInvoicesTask] })
export class BookInvoicesModule {}`,
      );
      const built = await repository.run(BUILD);
      expect(built.code).toBe(0);
      const { stderr, code } = await worker({}, 'config check');
      expect(code).toBe(5);
      expect(stderr).toContain(`API "billing" is injected, not registered: expected DataApiModule.register(`);
    },
    MAX_BUILD_MS,
  );
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
