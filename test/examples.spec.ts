import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { startSandbox } from '../sandbox/sandbox-server.ts';
import { ROOT } from './built-program.ts';
import { PastedRepository } from './docs/pasted-repository.ts';

const MODULES = globSync('examples/*/*.module.ts', { cwd: ROOT });

/** `examples/x/x.module.ts` provides `XModule`. */
function classOf(path: string): string {
  return (
    basename(path, '.module.ts').replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()) + 'Module'
  );
}

/** The examples as tasks of the service, built and run by the CLI against the sandbox. */
describe('The examples', () => {
  let repository: PastedRepository;
  let sandbox: Sandbox;

  beforeAll(async () => {
    repository = await PastedRepository.create();
    sandbox = await startSandbox();
    for (const path of globSync('examples/*/*.{task,module}.ts', { cwd: ROOT })) {
      const code = readFileSync(join(ROOT, path), 'utf8').replaceAll("'../../src/", "'../../");
      repository.paste(path.replace('examples', 'src/tasks'), code);
    }
    const imports = MODULES.map((path) => {
      const file = `./${basename(dirname(path))}/${basename(path, '.ts')}.js`;
      return `import { ${classOf(path)} } from '${file}';`;
    });
    repository.paste(
      'src/tasks/tasks.module.ts',
      `import { Module } from '@nestjs/common';
${imports.join('\n')}

@Module({ imports: [${MODULES.map(classOf).join(', ')}] })
export class TasksModule {}`,
    );
    const built = await repository.run('nest build && node scripts/bundle.mjs');
    if (built.code !== 0) throw new Error(built.stdout + built.stderr);
  }, 300_000);
  beforeEach(() => sandbox.reset());
  afterAll(async () => {
    await sandbox.close();
    await repository.remove();
  });

  async function run(task: string) {
    const variables = {
      DATA_API_URL: sandbox.url,
      BILLING_API_URL: `${sandbox.url}/billing`,
      BILLING_API_OAUTH_TOKEN_URL: `${sandbox.url}/oauth/token`,
      BILLING_API_OAUTH_CLIENT_ID: 'worker',
      BILLING_API_OAUTH_CLIENT_SECRET: 's3cret',
      HOOKS_API_URL: `${sandbox.url}/hooks`,
    };
    const assignments = Object.entries(variables).map(([name, value]) => `${name}='${value}'`);
    const { code, stdout, stderr } = await repository.run(
      `${assignments.join(' ')} node dist/cli.js run ${task} --json`,
    );
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as { status: string; items: object | null; result: unknown };
  }

  /** What happened under each key, and how often. */
  const effects = () => sandbox.keys().map(({ key, effects }) => [key, effects]);
  const requests = (operation: string) => sandbox.stats().requests[operation];

  it('close each idle ticket once', async () => {
    expect(await run('close_tickets')).toMatchObject({
      status: 'succeeded',
      items: { total: 250, succeeded: 124, failed: 0, skipped: 126 },
    });
    expect(new Set(effects().map(([, times]) => times))).toEqual(new Set([1]));
    expect(effects()).toHaveLength(124);
  });

  it('book each invoice of the API behind OAuth, with one token', async () => {
    expect(await run('book_invoices')).toMatchObject({ status: 'succeeded', items: { total: 120, succeeded: 120 } });
    expect(effects()).toHaveLength(120);
    expect(requests('POST /oauth/token')).toEqual({ 200: 1 });
  });

  it('sync each customer once, and go on from the watermark', async () => {
    expect(await run('sync_customers')).toMatchObject({ status: 'succeeded', items: { total: 150, succeeded: 150 } });
    expect(requests('PUT /billing/customers/{id}')).toEqual({ 200: 150 });
    expect(await run('sync_customers')).toMatchObject({ status: 'succeeded', items: { total: 0 } });
    expect(requests('PUT /billing/customers/{id}')).toEqual({ 200: 150 });
  });

  it('deliver each event to each subscriber once', async () => {
    expect(await run('deliver_events')).toMatchObject({ status: 'succeeded', items: { total: 40, succeeded: 40 } });
    expect(effects()).toHaveLength(40);
    expect(await run('deliver_events')).toMatchObject({ items: { total: 0 } });
  });

  it('import, and report the import', async () => {
    expect(await run('import_orders')).toMatchObject({ status: 'succeeded', result: { orders: 12 } });
    expect(await run('report_imports')).toMatchObject({ status: 'succeeded' });
    expect(effects().map(([key]) => String(key).split(':')[0])).toEqual(['import', 'report']);
  });
});
