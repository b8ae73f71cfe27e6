import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { jest } from '@jest/globals';

/**
 * Timeouts pass when the test says so, not because the machine is slow. All else keeps its pace.
 */
export function fakeTimeouts(): void {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setInterval', 'clearInterval'] });
}

/** Resolves when undici has read `count` further heads, interim ones included. */
export function headsArrive(count: number): Promise<void> {
  return arrival('undici:request:headers', () => 1, count);
}

/** Resolves when undici has passed on `count` further bytes of bodies, of all answers together. */
export function bytesArrive(count: number): Promise<void> {
  return arrival('undici:request:bodyChunkReceived', (message) => (message as { chunk: Buffer }).chunk.length, count);
}

function arrival(channel: string, amount: (message: unknown) => number, enough: number): Promise<void> {
  return new Promise((resolve) => {
    let missing = enough;
    const listen = (message: unknown) => {
      missing -= amount(message);
      if (missing > 0) return;
      unsubscribe(channel, listen);
      resolve();
    };
    subscribe(channel, listen);
  });
}
