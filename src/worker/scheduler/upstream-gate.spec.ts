import type { BaseTask } from '../authoring/base.task.js';
import { enterRunScope, type RunScope } from '../execution/run-scope.js';
import type { RegisteredTask } from '../registry/registered-task.js';
import { MINUTE, SECOND } from '../../time/duration.js';
import { aRun } from '../testing/task-context.fake.js';
import {
  aRegisteredTask,
  NOON,
  noonPlus,
  pass,
  type StartedWorker,
  useScheduledWorker,
} from './testing/scheduled-worker.js';

const DATA = 'http://data-api.test';
const OTHER = 'http://other.test';
const NAMED: Partial<BaseTask> = { upstreams: ['data'] };

const scene = useScheduledWorker();

function aTask(name: string, properties: Partial<BaseTask> = NAMED, changes: Partial<RegisteredTask> = {}) {
  return aRegisteredTask(name, 'every 1m', { task: properties as BaseTask, ...changes });
}

/** The upstream begins to fail, and the breaker notices. */
const goesDown = ({ events }: StartedWorker, host = DATA) =>
  events.emit('upstream.opened', { host, error: 'answered 503' });
const comesBack = ({ events }: StartedWorker, host = DATA) => events.emit('upstream.closed', { host });
/** A run of the task sends a request. */
const talksTo = ({ events }: StartedWorker, task: string, host: string) => {
  events.emit('run.started', { run: aRun({ task }), at: NOON });
  enterRunScope({ task } as RunScope, () =>
    events.emit('request.sent', {
      ...{ host, method: 'GET', path: '/', attempt: 1, durationMs: 1, status: 200, problem: null },
    }),
  );
};
const SKIPPED = '(upstream_down)';

describe('While an upstream is down', () => {
  it('one run finds out whether it is back, and slots are skipped meanwhile', async () => {
    const worker = await scene.start({ tasks: [aTask('first'), aTask('second')] });
    goesDown(worker);
    await pass(MINUTE);
    worker.engine.active.add('first');
    await pass(2 * MINUTE);
    expect(worker.engine.claimed).toEqual([
      'first schedule 12:01',
      `second skipped 12:01 ${SKIPPED}`,
      ...[`first skipped 12:02 ${SKIPPED}`, `second skipped 12:02 ${SKIPPED}`],
      ...[`first skipped 12:03 ${SKIPPED}`, `second skipped 12:03 ${SKIPPED}`],
    ]);
  });

  it('further runs look for it at growing intervals of at most five minutes', async () => {
    const worker = await scene.start({ tasks: [aTask('first')] });
    goesDown(worker);
    await pass(20 * MINUTE);
    const probes = worker.engine.claimed.filter((claim) => !claim.includes(SKIPPED));
    expect(probes.map((claim) => claim.split(' ').at(-1))).toEqual([
      '12:01',
      '12:02',
      '12:03',
      '12:05',
      '12:09',
      '12:14',
      '12:19',
    ]);
  });

  it('a task is skipped for the upstreams of its last run only', async () => {
    const worker = await scene.start({ tasks: [aTask('probe'), aTask('other', {}), aTask('unknown', {})] });
    talksTo(worker, 'other', DATA);
    talksTo(worker, 'other', OTHER);
    goesDown(worker);
    await pass(MINUTE);
    expect(worker.engine.claimed).toEqual(['probe schedule 12:01', 'other schedule 12:01', 'unknown schedule 12:01']);
    talksTo(worker, 'unknown', DATA);
    await pass(10 * SECOND);
    worker.engine.active.add('probe');
    await pass(50 * SECOND);
    expect(worker.engine.claimed.slice(3)).toEqual([
      `probe skipped 12:02 ${SKIPPED}`,
      'other schedule 12:02',
      `unknown skipped 12:02 ${SKIPPED}`,
    ]);
  });

  it('a task that wants to runs all the same', async () => {
    const worker = await scene.start({ tasks: [aTask('stubborn', { ...NAMED, runWhileUpstreamDown: true })] });
    goesDown(worker);
    worker.engine.active.add('stubborn');
    await pass(2 * MINUTE);
    expect(worker.engine.claimed).toEqual(['stubborn schedule 12:01', 'stubborn schedule 12:02']);
  });
});

describe('When an upstream is back', () => {
  const lostASlot = async (...tasks: RegisteredTask[]) => {
    const worker = await scene.start({ tasks: [aTask('probe'), ...tasks] });
    goesDown(worker);
    worker.engine.active.add('probe');
    await pass(2 * MINUTE);
    worker.engine.batches.length = 0;
    return worker;
  };

  it('each task that has lost slots is caught up once, at once', async () => {
    const worker = await lostASlot(aTask('first'), aTask('second', NAMED, { catchUp: 'all' }));
    worker.history.overviews.set('probe', { task: 'probe', lastRun: aRun({ finishedAt: null }), lastSuccessAt: null });
    comesBack(worker);
    await pass(0);
    expect(worker.engine.claimed).toEqual(['first catch_up', 'second catch_up']);
    await pass(30 * SECOND);
    expect(worker.engine.claimed).toHaveLength(2);
  });

  it('a task that does not catch up waits for its next slot', async () => {
    const worker = await lostASlot(aTask('first', NAMED, { catchUp: 'skip' }));
    worker.history.overviews.set('probe', { task: 'probe', lastRun: null, lastSuccessAt: noonPlus(2 * MINUTE) });
    comesBack(worker);
    await pass(30 * SECOND);
    expect(worker.engine.claimed).toEqual([]);
  });

  it('a task that has run since the slot that it lost needs no other run', async () => {
    const worker = await lostASlot(aTask('first'));
    const [before, since] = [noonPlus(MINUTE), noonPlus(2 * MINUTE + SECOND)];
    for (const task of ['probe', 'first']) {
      const lastRun = aRun({ task, status: 'failed', startedAt: since, finishedAt: since });
      worker.history.overviews.set(task, { task, lastRun, lastSuccessAt: before });
    }
    comesBack(worker);
    await pass(30 * SECOND);
    expect(worker.engine.claimed).toEqual([]);
  });

  it('what could not be recorded is caught up a second later', async () => {
    const worker = await lostASlot(aTask('first', NAMED));
    worker.history.overviews.set('probe', { task: 'probe', lastRun: null, lastSuccessAt: noonPlus(2 * MINUTE) });
    worker.engine.failure = new Error('disk full');
    comesBack(worker);
    await pass(0);
    worker.engine.failure = null;
    await pass(SECOND);
    expect(worker.engine.claimed).toEqual(['first catch_up']);
  });

  it('slots that were lost before the process began are caught up by it', async () => {
    const worker = scene.prepare({ tasks: [aTask('first'), aTask('second')] });
    const skipped = { status: 'skipped', slot: noonPlus(-MINUTE) } as const;
    worker.history.skipped = [
      aRun({ task: 'first', reason: 'upstream_down', ...skipped }),
      aRun({ task: 'second', reason: 'overlap', ...skipped }),
      aRun({ task: 'removed', reason: 'upstream_down', ...skipped }),
    ];
    await worker.scheduler.start();
    expect(worker.engine.claimed).toEqual(['first catch_up']);
  });
});
