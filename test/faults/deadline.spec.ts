import { Stopwatch } from './process/stopwatch.ts';
import { settings } from './scenario.ts';
import { useScenario } from './use-scenario.ts';

describe('a task whose request hangs', () => {
  const test = useScenario();

  it('is timed_out at its deadline: the socket closes, and the next slot runs', async () => {
    const { server } = test.current;
    const hung = server.nextRequest('clean up');
    server.on('clean up', () => undefined, 1);
    const worker = await test.current.ready(
      settings('cleanup_old_orders', { SCHEDULE: 'every 1s', TIMEOUT: '1500ms' }),
    );
    const { reply } = await hung;
    const stopwatch = new Stopwatch();
    const released = new Promise<number>((resolve) => reply.onClose(() => resolve(stopwatch.elapsed())));
    expect(await worker.log.find('Run timed_out')).toBeDefined();
    expect(await released).toBeLessThan(2_500);
    await worker.log.find('Run succeeded');
    await worker.stop();
    const history = (await test.current.history()).toReversed();
    expect(history[0]).toMatchObject({ status: 'timed_out', error: { code: 'TIMED_OUT' } });
    expect(history.at(-1)).toMatchObject({ status: 'succeeded' });
    test.expectations = { intervals: { cleanup_old_orders: 1_000 } };
  });
});
