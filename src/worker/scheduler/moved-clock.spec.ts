import { DAY, HOUR, MINUTE, SECOND } from '../../time/duration.js';
import { aRegisteredTask, moveClock, pass, useScheduledWorker } from './testing/scheduled-worker.js';

const scene = useScheduledWorker();
const setBack = () => scene.told.filter(([name]) => name === 'scheduler.clock_set_back').map(([, event]) => event);

describe('When the clock is moved', () => {
  it('forward by a day: one hourly run catches up, 23 slots are missed', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('hourly', '30 * * * *')] });
    moveClock(DAY);
    await pass(MINUTE);
    expect(engine.claimed.slice(0, 23).every((claim) => claim.startsWith('hourly missed'))).toBe(true);
    expect(engine.claimed.slice(23)).toEqual(['hourly catch_up 11-24 11:30']);
    await pass(HOUR);
    expect(engine.claimed.slice(24)).toEqual(['hourly schedule 11-24 12:30']);
  });

  it('back by an hour: no slot runs twice and none is lost', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('often', 'every 10m')] });
    await pass(HOUR + MINUTE);
    const before = engine.claimed;
    expect(before).toHaveLength(6);
    moveClock(-HOUR);
    await pass(HOUR);
    expect(engine.claimed).toEqual(before);
    await pass(10 * MINUTE);
    expect(engine.claimed.slice(6)).toEqual(['often schedule 13:10']);
  });

  it('back to a time before the worker ran: the slots that nobody recorded then run on time', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('often', 'every 10m')] });
    await pass(5 * MINUTE);
    moveClock(-30 * MINUTE);
    await pass(30 * MINUTE);
    expect(engine.claimed).toEqual(['often schedule 11:40', 'often schedule 11:50', 'often schedule 12:00']);
  });

  it('back, between two looks: no slot slips through in between', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('nightly', '10 30 11 * * *')] });
    await pass(15 * SECOND);
    moveClock(-30 * MINUTE - 10 * SECOND);
    await pass(50 * SECOND);
    expect(engine.claimed).toEqual(['nightly catch_up 11:30:10']);
  });

  it('back: it is told once, and by how much at least', async () => {
    await scene.start({ tasks: [aRegisteredTask('often', 'every 10m')] });
    moveClock(-HOUR);
    await pass(HOUR);
    expect(setBack()).toEqual([{ byMs: 59 * MINUTE }]);
  });

  it('to and fro, whatever it does: every slot that the clock came by has its outcome', async () => {
    const { engine } = await scene.start({ tasks: [aRegisteredTask('often', 'every 1m')] });
    const passed = new Set<number>();
    for (const move of [30 * MINUTE, -20 * MINUTE, 3 * HOUR, -5 * HOUR, 90 * SECOND, -DAY, 2 * DAY, -7 * SECOND]) {
      moveClock(move);
      const from = Math.floor(Date.now() / MINUTE) * MINUTE;
      for (let minute = 1; minute <= 7; minute += 1) passed.add(from + minute * MINUTE);
      await pass(7 * MINUTE);
    }
    const recorded = new Set(engine.batches.flat().map(({ slot }) => slot?.getTime()));
    expect([...passed].filter((slot) => !recorded.has(slot))).toEqual([]);
  });
});
