import { globSync, readFileSync } from 'node:fs';
import { Scenario, settings } from './faults/scenario.ts';

const SOURCES = globSync('src/**/*.ts', {
  cwd: new URL('..', import.meta.url),
  exclude: ['**/*.spec.ts', '**/testing/**'],
});
const ERROR_CLASS = /^export class (\w+) extends \w*Error \{\n([\s\S]*?)^\}/gm;

/** The bundler renames classes; what people read in logs and errors are literals in the code. */
describe('the built program calls things by the names in the code', () => {
  let scenario: Scenario;

  beforeEach(async () => {
    scenario = await Scenario.begin();
  });
  afterEach(() => scenario.end());

  it('in its log', async () => {
    const worker = await scenario.ready(settings('cleanup_old_orders', { SCHEDULE: 'every 100ms' }));
    await worker.log.find('Run succeeded');
    await worker.stop();
    const contexts = new Set(worker.log.lines.map(({ context }) => context));
    expect(contexts).toEqual(
      new Set(['Configuration', 'Service', 'Ledger', 'TaskScheduler', 'WorkerLifecycle', 'cleanup_old_orders']),
    );
  });

  it('in the errors that it records', async () => {
    await scenario.server.refuse();
    const { run } = await scenario.runTask('cleanup_old_orders');
    expect(run.error).toMatchObject({ name: 'DataApiUnreachableError' });
  });
});

describe('every class of errors', () => {
  const classes = SOURCES.flatMap((file) => {
    const source = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
    return [...source.matchAll(ERROR_CLASS)].map(([, name = '', body = '']) => [name, body] as const);
  });

  // The base class names those of authors by `new.target`.
  it.each(classes.filter(([name]) => name !== 'WorkerError'))('%s names itself by a literal', (name, body) => {
    expect(body).toContain(`name = '${name}'`);
  });
});
