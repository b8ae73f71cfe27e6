import { jest } from '@jest/globals';
import { HOUR, MINUTE, SECOND } from '../../time/duration.js';
import { LedgerUnavailableError } from '../../runs/errors.js';
import { aRegisteredTask, noonPlus, pass, since, useScheduledWorker } from './testing/scheduled-worker.js';

const scene = useScheduledWorker();

describe('While the ledger cannot record', () => {
  const unavailable = new LedgerUnavailableError('The disk is full');

  it('slots are tried again every second, without spinning, and run on time once it can', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('often', 'every 1m')] });
    engine.failure = unavailable;
    await pass(MINUTE + 3_500);
    expect(engine.attempts).toBe(4);
    engine.failure = null;
    await pass(SECOND);
    expect(engine.claimed).toEqual(['often schedule 12:01']);
  });

  it('slots of a long outage follow the policy for missed ones: each has its outcome', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('often', 'every 1m')] });
    engine.failure = unavailable;
    await pass(3 * MINUTE + 30 * SECOND);
    engine.failure = null;
    await pass(MINUTE);
    expect(engine.claimed).toEqual([
      'often missed 12:01 (late)',
      'often missed 12:02 (late)',
      'often catch_up 12:03',
      'often schedule 12:04',
    ]);
  });

  it('what was missed before the start is not forgotten', async () => {
    const tasks = [aRegisteredTask('hourly', 'every 1h')];
    const worker = scene.prepare({ tasks, known: { hourly: since(noonPlus(-2 * HOUR)) } });
    worker.engine.failure = unavailable;
    await worker.scheduler.start();
    expect(worker.engine.claimed).toEqual([]);
    worker.engine.failure = null;
    await pass(SECOND);
    expect(worker.engine.claimed).toEqual(['hourly missed 11:00 (down)', 'hourly catch_up 12:00']);
    await pass(HOUR);
    expect(worker.engine.claimed.slice(2)).toEqual(['hourly schedule 13:00']);
    expect(worker.engine.attempts).toBe(3);
  });

  it('its failure is told once, and so is its return', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('hasty', 'every 1s')] });
    scene.told.length = 0;
    engine.failure = unavailable;
    await pass(10 * SECOND);
    engine.failure = null;
    await pass(10 * SECOND);
    expect(scene.told).toEqual([
      ['scheduler.blocked', { error: unavailable }],
      ['scheduler.unblocked', {}],
    ]);
  });

  it('any other failure of the engine is treated alike', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('often', 'every 1m')] });
    engine.failure = new TypeError('a bug');
    await pass(MINUTE);
    engine.failure = null;
    await pass(SECOND);
    expect(engine.claimed).toEqual(['often schedule 12:01']);
  });

  it('the start fails when the schedules cannot be adopted', async () => {
    const worker = scene.prepare({ tasks: [aRegisteredTask('often', 'every 1m')] });
    worker.schedules.gate = Promise.reject(unavailable);
    await expect(worker.scheduler.start()).rejects.toBe(unavailable);
    expect(jest.getTimerCount()).toBe(0);
  });
});
