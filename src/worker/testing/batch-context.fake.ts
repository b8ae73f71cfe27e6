import { FakeRunLedger } from '../../ledger/testing/run-ledger.fake.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { MINUTE } from '../../time/duration.js';
import type { BatchContext } from '../batch/batch-context.js';
import { RunRecorder } from '../execution/run-recorder.js';
import { anExecution, aRun, silentLogger } from './task-context.fake.js';

/** A run of a batch whose checkpoints are collected instead of written. */
export function aBatchContext(changes: Partial<BatchContext> = {}) {
  const abort = new AbortController();
  const stopping = new AbortController();
  const events = new WorkerEvents();
  const ledger = new FakeRunLedger();
  const recorder = new RunRecorder(anExecution(), ledger, events, abort);
  const { id: runId, task, trigger, slot } = aRun();
  const at = new Date('2026-11-23T12:00:00.000Z');
  const context: BatchContext = {
    ...{ runId, task, trigger, slot, at, window: { from: null, to: at }, params: {}, isDryRun: false, attempt: 1 },
    signal: abort.signal,
    stopping: stopping.signal,
    logger: silentLogger,
    progress: (items) => recorder.progress(items),
    deadline: Date.now() + 30 * MINUTE,
    concurrency: Infinity,
    recorder,
    resume: null,
    only: null,
    ...changes,
  };
  return { context, abort, stopping, checkpoints: ledger.checkpoints, recorder, events };
}
