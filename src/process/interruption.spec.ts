import { jest } from '@jest/globals';
import { type InterruptingSignal, onInterruption } from './interruption.js';

describe('an interruption', () => {
  const kill = jest.spyOn(process, 'kill');
  let received: InterruptingSignal[];
  let release: () => void;

  beforeEach(() => {
    kill.mockReset().mockReturnValue(true);
    received = [];
    release = onInterruption((signal) => received.push(signal));
  });

  afterEach(() => release());
  afterAll(() => kill.mockRestore());

  it.each<InterruptingSignal>(['SIGINT', 'SIGTERM'])('by %s is told once', (signal) => {
    process.emit(signal, signal);
    expect(received).toEqual([signal]);
    expect(kill).not.toHaveBeenCalled();
  });

  it('by a second signal, be it another one, ends the process by that signal', () => {
    process.emit('SIGINT', 'SIGINT');
    process.emit('SIGTERM', 'SIGTERM');
    expect(received).toEqual(['SIGINT']);
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGTERM');
    expect(process.listenerCount('SIGTERM')).toBe(0);
  });

  it('is handled as usual again once it is released', () => {
    release();
    expect(process.listenerCount('SIGINT')).toBe(0);
    expect(process.listenerCount('SIGTERM')).toBe(0);
  });
});
