import { jest } from '@jest/globals';

/** How long work may go on without a timer before a test counts as stuck, in real milliseconds. */
const MAX_IDLE_MS = 5_000;

/**
 * Performs work on a clock that shows `start` and jumps over every wait to its end: a deadline of
 * half an hour passes in a moment. Only what waits by timers of the process can be jumped over.
 */
export async function inVirtualTime<T>(start: Date, work: () => Promise<T>): Promise<T> {
  const realNow = performance.now.bind(performance);
  const untilIdle = setImmediate;
  jest.useFakeTimers({ now: start, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  try {
    let isOver = false;
    const result = work().finally(() => {
      isOver = true;
    });
    // Whoever awaits it hears of it below.
    result.catch(() => undefined);
    for (let idleSince = realNow(); !isOver;) {
      await new Promise<void>((resolve) => untilIdle(resolve));
      if (isOver) break;
      if (jest.getTimerCount() > 0) {
        idleSince = realNow();
        await jest.advanceTimersToNextTimerAsync();
      } else if (realNow() - idleSince > MAX_IDLE_MS) {
        throw new Error('The task waits for something that is not a timer, and that does not come');
      }
    }
    return await result;
  } finally {
    jest.useRealTimers();
  }
}
