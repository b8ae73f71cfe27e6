import type { EventEmitter } from 'node:events';

/** Resolves with the next value of an event that fits; rejects after a time, and says for what. */
export function nextEvent<T>(
  emitter: EventEmitter,
  event: string,
  fits: (value: T) => boolean,
  timeout: number,
  what: string,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const listener = (value: T): void => {
    if (fits(value)) resolve(value);
  };
  const timer = setTimeout(() => reject(new Error(`Waited ${timeout} ms in vain for ${what}`)), timeout).unref();
  emitter.on(event, listener);
  return promise.finally(() => {
    clearTimeout(timer);
    emitter.off(event, listener);
  });
}

/** Rejects when the promise has not settled after so many milliseconds. */
export async function within<T>(timeout: number, what: string, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Waited ${timeout} ms in vain for ${what}`)), timeout).unref();
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
