import type { LoggerService } from '@nestjs/common';
import { WorkerEvents } from '../../runs/worker-events.js';
import type { Checkpoint, Execution, RunLedger } from '../../ledger/run-ledger.js';
import { RunRecorder } from '../execution/run-recorder.js';
import type { Run } from '../../runs/run.js';
import type { TaskContext } from '../authoring/task-context.js';

export const silentLogger: LoggerService = { log: () => {}, error: () => {}, warn: () => {} };

export function aRun(changes: Partial<Run> = {}): Run {
  return {
    id: '01930000-0000-7000-8000-000000000001',
    task: 'some_task',
    trigger: 'manual',
    slot: null,
    status: 'running',
    reason: null,
    attempt: 1,
    queuedAt: new Date(0),
    startedAt: new Date(0),
    finishedAt: null,
    items: null,
    result: null,
    error: null,
    ...changes,
  };
}

export function anExecution(run: Run = aRun(), changes: Partial<Execution> = {}): Execution {
  return { run, at: new Date('2026-11-23T12:00:00.000Z'), lastSuccess: null, resume: null, ...changes };
}

/** A context whose checkpoints are collected instead of written. */
export function aTaskContext(changes: Partial<TaskContext> = {}) {
  const abort = new AbortController();
  const stopping = new AbortController();
  const checkpoints: Checkpoint[] = [];
  const ledger = {
    checkpoint: async (_runId: string, checkpoint: Checkpoint) => void checkpoints.push(checkpoint),
  } as unknown as RunLedger;
  const recorder = new RunRecorder(anExecution(), ledger, new WorkerEvents(), abort);
  const context: TaskContext = {
    runId: aRun().id,
    trigger: 'manual',
    slot: null,
    at: new Date('2026-11-23T12:00:00.000Z'),
    window: { from: null, to: new Date('2026-11-23T12:00:00.000Z') },
    attempt: 1,
    signal: abort.signal,
    stopping: stopping.signal,
    logger: silentLogger,
    progress: (items) => recorder.progress(items),
    recorder,
    resume: null,
    ...changes,
  };
  return { context, abort, stopping, checkpoints, recorder };
}
