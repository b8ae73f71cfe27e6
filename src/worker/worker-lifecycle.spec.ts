import { loadSettings } from '../config/load-settings.js';
import type { HistoryPruner } from '../ledger/history-pruner.js';
import type { LedgerConnection } from '../ledger/ledger-connection.js';
import type { ServiceLedger } from '../ledger/service-ledger.js';
import { WorkerEvents } from '../runs/worker-events.js';
import type { CommandWatch } from './command-watch.js';
import type { TaskEngine } from './task-engine.js';
import type { TaskRegistry } from './registry/task-registry.js';
import type { TaskScheduler } from './scheduler/task-scheduler.js';
import { WorkerLifecycle } from './worker-lifecycle.js';

const URL = 'http://127.0.0.1:3000';
const START = [
  'open the ledger',
  `tell others of ${URL}`,
  'start the engine',
  'start the scheduler',
  'start the pruner',
  'watch commands',
  'worker.started',
];
const STOP = [
  'worker.draining',
  'stop the scheduler',
  'stop the pruner',
  'watch no commands',
  'drain the engine',
  'close the ledger',
  'worker.stopped',
];

describe('The worker', () => {
  let steps: string[];
  /** Steps that last until they are let go. */
  let held: Map<string, PromiseWithResolvers<void>>;
  let lifecycle: WorkerLifecycle;

  const step = async (name: string): Promise<void> => {
    steps.push(name);
    await held.get(name)?.promise;
  };

  const hold = (name: string): (() => void) => {
    const end = Promise.withResolvers<void>();
    held.set(name, end);
    return () => end.resolve();
  };

  beforeEach(() => {
    steps = [];
    held = new Map();
    const events = new WorkerEvents();
    for (const name of ['worker.started', 'worker.draining', 'worker.stopped'] as const) {
      events.on(name, () => steps.push(name));
    }
    lifecycle = new WorkerLifecycle(
      { all: () => [] } as unknown as TaskRegistry,
      { open: () => step('open the ledger'), close: () => step('close the ledger') } as unknown as LedgerConnection,
      { announce: ({ url }) => step(`tell others of ${url}`) } as ServiceLedger,
      { start: () => step('start the engine'), drain: () => step('drain the engine') } as unknown as TaskEngine,
      {
        start: () => step('start the scheduler'),
        stop: () => void step('stop the scheduler'),
      } as unknown as TaskScheduler,
      { start: () => void step('start the pruner'), stop: () => void step('stop the pruner') } as HistoryPruner,
      {
        start: () => void step('watch commands'),
        stop: () => void step('watch no commands'),
      } as unknown as CommandWatch,
      events,
      loadSettings({ DATA_API_URL: 'http://data-api.test' }),
    );
  });

  it('resumes what was interrupted before it schedules anything', async () => {
    await lifecycle.start(URL);
    expect(steps).toEqual(START);
    expect(lifecycle.phase).toBe('ready');
  });

  it('schedules nothing more before it waits for what is in flight, and closes the ledger last', async () => {
    await lifecycle.start(URL);
    steps = [];
    await lifecycle.stop();
    expect(steps).toEqual(STOP);
    expect(lifecycle.phase).toBe('stopped');
  });

  it('is draining as long as anything is in flight', async () => {
    await lifecycle.start(URL);
    const finish = hold('drain the engine');
    const stopped = lifecycle.stop();
    expect(lifecycle.phase).toBe('draining');
    finish();
    await stopped;
    expect(lifecycle.phase).toBe('stopped');
  });

  it('stops once, however often it is told to', async () => {
    await lifecycle.start(URL);
    steps = [];
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    expect(steps).toEqual(STOP);
  });

  it.each(START.slice(0, 3))('begins nothing more when it is stopped while it is to %s', async (name) => {
    const goOn = hold(name);
    const started = lifecycle.start(URL);
    while (steps.at(-1) !== name) await Promise.resolve();
    await lifecycle.stop();
    goOn();
    await started;
    expect(steps).toEqual([...START.slice(0, START.indexOf(name) + 1), ...STOP]);
    expect(lifecycle.phase).toBe('stopped');
  });
});
