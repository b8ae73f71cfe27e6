import { Scenario } from './faults/scenario.ts';

/** The bundler renames classes; what people read in logs and errors must be what they find in the code. */
describe('the built program calls its classes by their names', () => {
  let scenario: Scenario;

  beforeEach(async () => {
    scenario = await Scenario.begin();
  });
  afterEach(() => scenario.end());

  it('in its log', async () => {
    const worker = await scenario.ready({ LOG_LEVEL: 'debug' });
    await worker.stop();
    const contexts = worker.log.lines.map(({ context }) => context);
    expect(contexts).toEqual(expect.arrayContaining(['Service', 'TaskScheduler', 'WorkerLifecycle']));
    const messages = worker.log.lines.map(({ msg }) => msg);
    const modules = ['CleanupOldOrders', 'ProcessPendingOrders', 'SendReminders', 'SyncExternalData'];
    expect(messages).toEqual(expect.arrayContaining(modules.map((name) => `${name}Module dependencies initialized`)));
    expect(messages).toContain('HealthController {/health}:');
  });

  it('in the errors that it records', async () => {
    await scenario.server.refuse();
    const { run } = await scenario.runTask('cleanup_old_orders');
    expect(run.error).toMatchObject({ name: 'DataApiUnreachableError' });
  });
});
