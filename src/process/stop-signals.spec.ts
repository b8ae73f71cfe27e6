import { jest } from '@jest/globals';
import { StopSignals } from './stop-signals.js';

describe('StopSignals', () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const before = new Set(['SIGTERM', 'SIGINT'].flatMap((signal) => process.listeners(signal as NodeJS.Signals)));
  let signals: StopSignals;

  beforeEach(() => {
    exit.mockClear();
    signals = new StopSignals();
  });

  afterEach(() => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      for (const listener of process.listeners(signal)) if (!before.has(listener)) process.off(signal, listener);
    }
  });

  afterAll(() => exit.mockRestore());

  it('end the process at once with 0 while there is nothing to stop', () => {
    exit.mockImplementationOnce(() => {
      throw new Error('ended');
    });
    expect(() => process.emit('SIGTERM')).toThrow('ended');
    expect(exit).toHaveBeenCalledWith(0);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stop the service on %s, and leave the end to it', (signal) => {
    const stop = jest.fn(async () => {});
    signals.onStop(stop);
    process.emit(signal);
    expect(stop).toHaveBeenCalledTimes(1);
    expect(exit).not.toHaveBeenCalled();
  });

  it('end the process at once when a second one comes, with 128 and its number', () => {
    const stop = jest.fn(async () => {});
    signals.onStop(stop);
    process.emit('SIGTERM');
    exit.mockImplementationOnce(() => {
      throw new Error('ended');
    });
    expect(() => process.emit('SIGINT')).toThrow('ended');
    expect(exit).toHaveBeenCalledWith(130);
    expect(stop).toHaveBeenCalledTimes(1);
  });
});
