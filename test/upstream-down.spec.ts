import { Scenario, settings } from './faults/scenario.ts';

const SCHEDULES = {
  ...settings('process_pending_orders', { SCHEDULE: 'every 1s' }),
  ...settings('cleanup_old_orders', { SCHEDULE: 'every 2s' }),
};

describe('while the Data API is down', () => {
  let scenario: Scenario;

  beforeEach(async () => {
    scenario = await Scenario.begin();
  });
  afterEach(() => scenario.end());

  it('slots are skipped while one run waits for it, and a task is caught up once when it is back', async () => {
    const { server } = scenario;
    const worker = await scenario.ready(SCHEDULES);
    await worker.log.find(({ msg, task }) => msg === 'Run succeeded' && task === 'cleanup_old_orders');
    // The list is read, and the first of its orders finds the API gone.
    let isGone = false;
    const mend = server.on('any', (request, reply, next) => {
      isGone ||= request.path.endsWith('/process');
      if (isGone) reply.json(502, {});
      else next();
    });
    server.model.addNumberedOrders(50);
    await worker.log.find('Data API is down', 60_000);
    for (let slots = 0; slots < 6; slots++) {
      await worker.log.next(({ msg, reason }) => msg === 'Slot skipped' && reason === 'upstream_down');
    }
    mend();
    await worker.log.find(({ msg, trigger }) => msg === 'Run started' && trigger === 'catch_up', 60_000);
    await worker.log.next(({ msg, task }) => msg === 'Run succeeded' && task === 'cleanup_old_orders');
    await worker.stop();
    const runs = await scenario.history();
    expect(runs.filter(({ status }) => status === 'failed' || status === 'partial')).toEqual([]);
    expect(runs.filter(({ trigger }) => trigger === 'catch_up')).toMatchObject([
      { task: 'cleanup_old_orders', slot: null, status: 'succeeded' },
    ]);
  }, 120_000);
});
