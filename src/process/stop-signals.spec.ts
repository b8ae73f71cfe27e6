import { jest } from '@jest/globals';
import { onInterruption, type StopSignal, StopSignals } from './stop-signals.js';

const SIGNALS: readonly StopSignal[] = ['SIGHUP', 'SIGINT', 'SIGTERM'];
const usual = new Set(SIGNALS.flatMap((signal) => process.listeners(signal)));

beforeEach(() => jest.useFakeTimers());
afterEach(() => {
  for (const signal of SIGNALS) {
    for (const listener of process.listeners(signal)) if (!usual.has(listener)) process.off(signal, listener);
  }
  jest.useRealTimers();
});

describe('an interruption', () => {
  const kill = jest.spyOn(process, 'kill');
  let received: StopSignal[];
  let release: () => void;

  beforeEach(() => {
    kill.mockReset().mockReturnValue(true);
    received = [];
    release = onInterruption((signal) => received.push(signal));
  });

  afterAll(() => kill.mockRestore());

  it.each(SIGNALS)('by %s is told once', (signal) => {
    process.emit(signal, signal);
    expect(received).toEqual([signal]);
    expect(kill).not.toHaveBeenCalled();
  });

  it('that a terminal and npm both pass on is one', () => {
    process.emit('SIGINT', 'SIGINT');
    jest.advanceTimersByTime(999);
    process.emit('SIGINT', 'SIGINT');
    expect(received).toEqual(['SIGINT']);
    expect(kill).not.toHaveBeenCalled();
  });

  it('by a second signal, a second later, ends the process by that signal', () => {
    process.emit('SIGINT', 'SIGINT');
    jest.advanceTimersByTime(1_000);
    process.emit('SIGTERM', 'SIGTERM');
    expect(received).toEqual(['SIGINT']);
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGTERM');
    expect(process.listenerCount('SIGTERM')).toBe(0);
  });

  it('is handled as usual again once it is released', () => {
    release();
    for (const signal of SIGNALS) expect(process.listenerCount(signal)).toBe(0);
  });
});

describe('StopSignals', () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  let signals: StopSignals;

  beforeEach(() => {
    exit.mockClear();
    signals = new StopSignals();
  });

  afterAll(() => exit.mockRestore());

  it.each(SIGNALS)('end the process with 0 on %s while there is nothing to stop', (signal) => {
    process.emit(signal, signal);
    expect(exit.mock.calls).toEqual([[0]]);
  });

  it.each(SIGNALS)('stop the service on %s, and leave the end to it', (signal) => {
    const stop = jest.fn(async () => {});
    signals.onStop(stop);
    process.emit(signal, signal);
    expect(stop).toHaveBeenCalledTimes(1);
    expect(exit).not.toHaveBeenCalled();
  });

  it('take what a terminal and npm both pass on for one signal', () => {
    const stop = jest.fn(async () => {});
    signals.onStop(stop);
    process.emit('SIGINT', 'SIGINT');
    jest.advanceTimersByTime(999);
    process.emit('SIGINT', 'SIGINT');
    process.emit('SIGTERM', 'SIGTERM');
    expect(stop).toHaveBeenCalledTimes(1);
    expect(exit).not.toHaveBeenCalled();
  });

  it.each<[StopSignal, number]>([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('end the process at once when %s comes a second later, with %d', (signal, code) => {
    const stop = jest.fn(async () => {});
    signals.onStop(stop);
    process.emit('SIGTERM', 'SIGTERM');
    jest.advanceTimersByTime(1_000);
    process.emit(signal, signal);
    expect(exit.mock.calls).toEqual([[code]]);
    expect(stop).toHaveBeenCalledTimes(1);
  });
});
