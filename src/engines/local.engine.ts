import { Injectable } from '@nestjs/common';
import { RunLedger } from '../ledger/run-ledger.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { TaskRunner } from '../worker/execution/task-runner.js';
import { TaskRegistry } from '../worker/registry/task-registry.js';
import { DispatchingEngine } from './dispatching.engine.js';
import { RunDispatch } from './run-dispatch.js';
import { RunTakeover } from './run-takeover.js';

/** Executes every run in this process. */
@Injectable()
export class LocalEngine extends DispatchingEngine {
  constructor(ledger: RunLedger, registry: TaskRegistry, runner: TaskRunner, events: WorkerEvents) {
    const dispatch = new RunDispatch(ledger, registry, runner, events);
    super(ledger, dispatch, new RunTakeover(ledger, registry, dispatch, events), events);
  }
}
