import type { LoggerService } from '@nestjs/common';
import type { Execution } from '../../ledger/run-ledger.js';
import type { Run } from '../../runs/run.js';

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
    durationMs: null,
    items: null,
    actor: null,
    worker: null,
    result: null,
    error: null,
    ...changes,
  };
}

export function anExecution(run: Run = aRun(), changes: Partial<Execution> = {}): Execution {
  const at = new Date('2026-11-23T12:00:00.000Z');
  return { run, at, lastSuccess: null, resume: null, only: null, attemptBeganAt: at, workedMs: 0, ...changes };
}
