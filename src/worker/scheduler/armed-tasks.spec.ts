import { MINUTE } from '../../time/duration.js';
import { aRegisteredTask, moveClock, pass, useScheduledWorker } from './testing/scheduled-worker.js';

const scene = useScheduledWorker();
const tasks = (count: number) =>
  Array.from({ length: count }, (_, index) => aRegisteredTask(`task_${index}`, 'every 1m'));

describe('Tasks with the same slot', () => {
  it('are claimed shortly before it, in one submission, if they are very many', async () => {
    const { engine } = await scene.start({ tasks: tasks(100) });
    await pass(MINUTE - 51);
    expect(engine.batches).toEqual([]);
    await pass(1);
    expect(engine.batches.map((batch) => batch.length)).toEqual([100]);
    expect(engine.delays).toEqual([50]);
    expect(new Set(engine.claimed.map((claim) => claim.replace(/_\d+/, '')))).toEqual(new Set(['task schedule 12:01']));
  });

  it('are claimed once', async () => {
    const { engine } = await scene.start({ tasks: tasks(100) });
    await pass(3 * MINUTE);
    expect(engine.attempts).toBe(3);
    expect(engine.claimed).toHaveLength(300);
  });

  it('are claimed at their slot if they are few', async () => {
    const { engine } = await scene.start({ tasks: tasks(99) });
    await pass(MINUTE - 1);
    expect(engine.batches).toEqual([]);
    await pass(1);
    expect(engine.batches.map((batch) => batch.length)).toEqual([99]);
    expect(engine.delays).toEqual([0]);
  });

  it('are claimed at their slot where they are still active before it: it decides whether runs overlap', async () => {
    const { engine } = await scene.start({ tasks: tasks(120) });
    engine.active.add('task_3').add('task_7');
    await pass(MINUTE - 1);
    expect(engine.batches.map((batch) => batch.length)).toEqual([118]);
    await pass(1);
    expect(engine.delays).toEqual([50, 0]);
    expect(engine.claimed.slice(118)).toEqual(['task_3 schedule 12:01', 'task_7 schedule 12:01']);
  });

  it('are waited for, without spinning, if all of them are still active', async () => {
    const { engine } = await scene.start({ tasks: tasks(100) });
    for (let index = 0; index < 100; index++) engine.active.add(`task_${index}`);
    await pass(MINUTE - 1);
    expect(engine.attempts).toBe(0);
    expect(engine.questions).toBe(100);
    await pass(1);
    expect(engine.batches.map((batch) => batch.length)).toEqual([100]);
  });

  it('are claimed once though the clock is set back after that', async () => {
    const { engine } = await scene.start({ tasks: tasks(100) });
    await pass(MINUTE - 20);
    moveClock(-30_000);
    await pass(MINUTE);
    expect(engine.claimed).toHaveLength(100);
  });
});
