import { Inject, Injectable } from '@nestjs/common';
import type { WorkerSettings } from '../config/settings.js';
import { workerConfig } from '../config/worker.config.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { logItems } from './log/item-lines.js';
import { logProcess } from './log/process-lines.js';
import { logRuns } from './log/run-lines.js';
import { logSlots } from './log/slot-lines.js';
import { logUpstreams } from './log/upstream-lines.js';

/**
 * Writes the log: the one place where its lines are worded. A line says what failed, then what
 * happens next. Lines that arise inside a run carry the run, since events are delivered in the
 * context of whoever emits them.
 */
@Injectable()
export class LogSubscriber {
  constructor(events: WorkerEvents, @Inject(workerConfig.KEY) settings: WorkerSettings) {
    logRuns(events);
    logItems(events);
    logSlots(events);
    logUpstreams(events, settings);
    logProcess(events);
  }
}
