import { jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { loadSettings } from '../config/load-settings.js';
import { WorkerEvents } from '../runs/worker-events.js';
import type { WorkerLifecycle } from '../worker/worker-lifecycle.js';
import { Service } from './service.js';

describe('Service', () => {
  const settings = loadSettings({ DATA_API_URL: 'http://127.0.0.1:9', PORT: '3000', SHUTDOWN_TIMEOUT: '25s' });
  const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  let steps: string[];
  let app: INestApplication;
  let worker: WorkerLifecycle;
  let service: Service;

  const step = (name: string) => jest.fn(async () => void steps.push(name));

  beforeEach(() => {
    jest.useFakeTimers();
    exit.mockClear();
    steps = [];
    const events = new WorkerEvents();
    for (const name of ['service.listening', 'service.stop_failed', 'service.stop_timed_out'] as const) {
      events.on(name, () => steps.push(name));
    }
    app = {
      listen: step('listen'),
      close: step('close'),
      getUrl: async () => 'http://127.0.0.1:3000',
    } as unknown as INestApplication;
    worker = {
      start: step('start'),
      stop: step('stop'),
    } as unknown as WorkerLifecycle;
    service = new Service(app, worker, events, settings);
  });

  afterEach(() => jest.useRealTimers());
  afterAll(() => {
    exit.mockRestore();
  });

  it('answers probes before it starts the worker', async () => {
    await service.start();
    expect(steps).toEqual(['listen', 'service.listening', 'start']);
  });

  it('answers probes until the worker has stopped, then ends with 0', async () => {
    await service.stop();
    expect(steps).toEqual(['stop', 'close']);
    expect(exit).toHaveBeenCalledWith(0);
  });

  it('ends with 0 within the shutdown timeout and a second, even when the stop hangs', async () => {
    jest.mocked(worker.stop).mockReturnValue(new Promise(() => {}));
    void service.stop();
    jest.advanceTimersByTime(25_000);
    expect(exit).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1_000);
    expect(steps).toEqual(['service.stop_timed_out']);
    expect(exit).toHaveBeenCalledWith(0);
  });

  it('ends with 0 when the last progress could not be recorded, since the next start recovers it', async () => {
    jest.mocked(worker.stop).mockRejectedValue(new Error('disk full'));
    await service.stop();
    expect(steps).toEqual(['service.stop_failed']);
    expect(exit).toHaveBeenCalledWith(0);
  });

  it('takes an error of a start that a stop overtook for no failure', async () => {
    const { promise, reject } = Promise.withResolvers<void>();
    jest.mocked(worker.start).mockReturnValue(promise);
    const started = service.start();
    await service.stop();
    reject(new Error('closed'));
    await expect(started).resolves.toBeUndefined();
  });

  it.each([
    ['EADDRINUSE', 'another process listens there'],
    ['EACCES', 'this user may not listen there: set PORT to 1024 or above'],
    ['EADDRNOTAVAIL', 'this machine has no such address'],
  ])('names the address and the remedy on %s', async (code, remedy) => {
    jest.mocked(app.listen).mockRejectedValue(Object.assign(new Error('listen failed'), { code }));
    const failure = await service.start().catch((error: Error) => error.message);
    expect(failure).toContain(`Cannot listen on HOST 127.0.0.1, PORT 3000: ${remedy}`);
  });
});
