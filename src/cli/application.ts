import type { LoggerService } from '@nestjs/common';
import type { WorkerSettings } from '../config/settings.js';
import type { Clock } from '../time/clock.js';
import type { ItemLedger } from '../ledger/item-ledger.js';
import type { LedgerConnection } from '../ledger/ledger-connection.js';
import type { RegisteredTask } from '../worker/registry/registered-task.js';
import type { WorkerEvents } from '../runs/worker-events.js';
import type { RunHistory } from '../ledger/run-history.js';
import type { TaskEngine } from '../worker/task-engine.js';
import type { TaskRegistry } from '../worker/registry/task-registry.js';
import { UsageError } from './usage.error.js';

/** The parts of the worker that commands use. */
export interface Application {
  readonly settings: WorkerSettings;
  readonly registry: TaskRegistry;
  readonly clock: Clock;
  readonly engine: TaskEngine;
  readonly events: WorkerEvents;
  readonly history: RunHistory;
  readonly items: ItemLedger;
  readonly ledger: LedgerConnection;
  readonly logger: LoggerService;
  readonly useLogger: (logger: LoggerService) => void;
  /** Closes what was opened. */
  close(): Promise<void>;
}

/** Throws a `UsageError` with the nearest name when there is no such task. */
export function requireTask({ registry }: Application, name: string): RegisteredTask {
  const task = registry.find(name);
  if (!task) throw UsageError.unknownTask(name, registry.nearest(name));
  return task;
}
