import { Scenario, settings } from './faults/scenario.ts';

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
    expect(contexts).toEqual(new Set(['Service', 'Ledger', 'TaskScheduler', 'WorkerLifecycle', 'cleanup_old_orders']));
  });

  it('in the errors that it records', async () => {
    await scenario.server.refuse();
    const { run } = await scenario.runTask('cleanup_old_orders');
    expect(run.error).toMatchObject({ name: 'DataApiUnreachableError' });
  });
});
