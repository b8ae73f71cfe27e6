import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MINUTE } from '../time/duration.js';

const COLLECT_EVERY_MS = 5 * MINUTE;
/** V8 collects a larger heap often enough, and would take long for it here. */
const MAX_HEAP_BYTES = 64 * 1024 * 1024;

/**
 * Collects what short runs leave in the old part of the heap. V8 waits until the heap has doubled,
 * which takes a quiet worker an hour, in which its memory seems to leak half a megabyte a minute.
 * One collection of such a heap takes some 20 ms.
 */
export function collectWhileSmall(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setInterval(() => {
    if (process.memoryUsage().heapUsed < MAX_HEAP_BYTES) collect();
  }, COLLECT_EVERY_MS).unref();
}
