import { jest } from '@jest/globals';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { TaskScheduler } from '../../worker/scheduler/task-scheduler.js';
import type { WorkerLifecycle, WorkerPhase } from '../../worker/worker-lifecycle.js';
import { SchedulerIndicator } from './scheduler.indicator.js';

describe('SchedulerIndicator', () => {
  const worker = { phase: 'ready' as WorkerPhase };
  const scheduler = { heartbeat: { lastBeatAt: new Date() } };
  const create = () =>
    new SchedulerIndicator(new HealthIndicatorService(), worker as WorkerLifecycle, scheduler as TaskScheduler);
  const status = (indicator: SchedulerIndicator) => indicator.check()['scheduler']?.status;

  beforeEach(() => {
    jest.useFakeTimers();
    worker.phase = 'ready';
  });
  afterEach(() => jest.useRealTimers());

  it('is down when the same beat has been the last one for three minutes', () => {
    const indicator = create();
    expect(status(indicator)).toBe('up');
    jest.advanceTimersByTime(180_000);
    expect(status(indicator)).toBe('up');
    jest.advanceTimersByTime(1);
    expect(status(indicator)).toBe('down');
    scheduler.heartbeat = { lastBeatAt: new Date() };
    expect(status(indicator)).toBe('up');
  });

  it('does not take a wall clock that was moved for silence', () => {
    const indicator = create();
    status(indicator);
    jest.setSystemTime(Date.now() + 86_400_000);
    expect(status(indicator)).toBe('up');
  });

  it.each(['starting', 'draining', 'stopped'] as const)('expects no beat while %s', (phase) => {
    const indicator = create();
    status(indicator);
    worker.phase = phase;
    jest.advanceTimersByTime(600_000);
    expect(status(indicator)).toBe('up');
  });
});
