import { jest } from '@jest/globals';
import { HOUR, MINUTE } from '../time/duration.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { HistoryPruner } from './history-pruner.js';
import type { RunHistory } from './run-history.js';

describe('HistoryPruner', () => {
  const events = new WorkerEvents();
  const told: unknown[] = [];
  events.on('ledger.pruned', (event) => told.push(event));
  events.on('ledger.prune_failed', (event) => told.push(event));
  const prune = jest.fn<RunHistory['prune']>();
  const pruner = new HistoryPruner({ prune } as unknown as RunHistory, events);

  beforeEach(() => {
    jest.useFakeTimers();
    told.length = 0;
    prune.mockReset();
  });

  afterEach(() => {
    pruner.stop();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('prunes soon after the start and then every hour, and tells how many runs went', async () => {
    prune.mockResolvedValueOnce(3).mockResolvedValueOnce(0).mockResolvedValueOnce(1);
    pruner.start();
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(told).toEqual([{ runs: 3 }]);
    await jest.advanceTimersByTimeAsync(2 * HOUR);
    expect(told).toEqual([{ runs: 3 }, { runs: 1 }]);
  });

  it('tells of a failure, and tries again in an hour', async () => {
    const error = new Error('disk full');
    prune.mockRejectedValueOnce(error).mockResolvedValueOnce(2);
    pruner.start();
    await jest.advanceTimersByTimeAsync(MINUTE + HOUR);
    expect(told).toEqual([{ error }, { runs: 2 }]);
  });

  it('does nothing after it was stopped, even in the middle of its work', async () => {
    pruner.start();
    prune.mockImplementation(async () => {
      pruner.stop();
      return 0;
    });
    await jest.advanceTimersByTimeAsync(MINUTE + HOUR);
    expect(prune).toHaveBeenCalledTimes(1);
  });
});
