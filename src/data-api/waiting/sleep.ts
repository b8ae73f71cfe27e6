import { AbortWatch } from './abort-watch.js';

/** Resolves after `milliseconds`, or rejects with the signal's reason as soon as it aborts. */
export function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const wake = () => {
      watch?.end();
      resolve();
    };
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(wake, milliseconds);
    const watch = signal && new AbortWatch(signal, { onAbort });
  });
}
