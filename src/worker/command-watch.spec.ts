import { jest } from '@jest/globals';
import type { CommandInbox, CommandLedger } from '../ledger/command-ledger.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { SECOND } from '../time/duration.js';
import { CommandWatch } from './command-watch.js';
import type { TaskEngine } from './task-engine.js';

const EMPTY: CommandInbox = { cancellations: [], queuedTasks: [] };

describe('CommandWatch', () => {
  let mark: number;
  let inbox: jest.MockedFunction<CommandLedger['inbox']>;
  let done: string[];
  let told: unknown[];
  let watch: CommandWatch;

  beforeEach(() => {
    jest.useFakeTimers();
    mark = 1;
    inbox = jest.fn<CommandLedger['inbox']>(async () => EMPTY);
    done = [];
    told = [];
    const events = new WorkerEvents();
    events.on('commands.blocked', ({ error }) => told.push(error));
    const engine = {
      cancel: (runId: string, reason: string) => done.push(`cancel ${runId}: ${reason}`) > 0,
      startQueued: async (tasks: readonly string[]) => void done.push(...tasks.map((task) => `start ${task}`)),
    };
    const ledger = { changeMark: async () => mark, inbox };
    watch = new CommandWatch(ledger as unknown as CommandLedger, engine as unknown as TaskEngine, events);
  });

  afterEach(() => {
    watch.stop();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);
  const asked: CommandInbox = { cancellations: [{ runId: 'r1', reason: 'a mistake' }], queuedTasks: ['a', 'b'] };

  it('carries out at the start what came before it', async () => {
    inbox.mockResolvedValueOnce(asked);
    watch.start();
    await pass(0);
    expect(done).toEqual(['cancel r1: a mistake', 'start a', 'start b']);
  });

  it('carries out within a second what others put into the ledger', async () => {
    watch.start();
    await pass(10 * SECOND);
    inbox.mockResolvedValueOnce(asked);
    mark = 2;
    await pass(SECOND);
    expect(done).toContain('start a');
  });

  it('reads nothing while nobody writes', async () => {
    watch.start();
    await pass(60 * SECOND);
    expect(inbox).toHaveBeenCalledTimes(1);
  });

  it('looks at once when it is woken', async () => {
    watch.start();
    await pass(0);
    inbox.mockResolvedValueOnce(asked);
    await watch.wake();
    expect(done).toContain('start b');
  });

  it('tells once that it cannot read, and tries again until it can', async () => {
    inbox.mockRejectedValueOnce(new Error('locked')).mockRejectedValueOnce(new Error('locked'));
    inbox.mockResolvedValueOnce(asked);
    watch.start();
    await pass(2 * SECOND);
    expect(told).toEqual([new Error('locked')]);
    expect(done).toContain('start a');
  });

  it('does nothing after it was stopped', async () => {
    watch.start();
    await pass(0);
    watch.stop();
    mark = 2;
    await pass(10 * SECOND);
    expect(inbox).toHaveBeenCalledTimes(1);
  });
});
