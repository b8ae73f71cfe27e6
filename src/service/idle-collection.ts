import { MINUTE } from '../time/duration.js';

const COLLECT_EVERY_MS = 5 * MINUTE;
/** V8 collects a larger heap often enough, and would take long for it here. */
const MAX_HEAP_BYTES = 64 * 1024 * 1024;

/**
 * Collects what short runs leave in the old part of the heap. V8 waits until the heap has doubled,
 * which takes a quiet worker an hour, in which its memory grows by half a megabyte a minute. One
 * collection of such a heap takes some 30 ms. Without `--expose-gc` V8 decides alone.
 */
export function collectWhileSmall(): void {
  const { gc } = globalThis;
  if (!gc) return;
  setInterval(() => {
    if (process.memoryUsage().heapUsed < MAX_HEAP_BYTES) void gc();
  }, COLLECT_EVERY_MS).unref();
}
