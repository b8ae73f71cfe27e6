import { Logger } from '@nestjs/common';
import type { WorkerEventMap } from '../../runs/worker-event-map.js';
import type { WorkerEvents } from '../../runs/worker-events.js';
import { withStack } from './run-lines.js';

const MAX_FAILURES_LOGGED = 20;

/** A run may have a million items: the first ones that fail get a line, all are recorded. */
export function logItems(events: WorkerEvents): void {
  /** How many items of each run have failed. */
  const failures = new Map<string, number>();

  const logFailure = ({ runId, task, itemId, attempts, error, stack }: WorkerEventMap['item.failed']) => {
    const failed = (failures.get(runId) ?? 0) + 1;
    failures.set(runId, failed);
    if (failed > MAX_FAILURES_LOGGED + 1) return;
    const logger = new Logger(task);
    if (failed <= MAX_FAILURES_LOGGED)
      logger.warn({ msg: 'Item failed', item: itemId, attempts, error: withStack(error, stack) });
    else logger.warn({ msg: 'More items failed; further ones of this run are only recorded' });
  };

  events.on('item.failed', logFailure);
  for (const end of ['run.finished', 'run.lost', 'run.unrecorded'] as const) {
    events.on(end, ({ run }) => void failures.delete(run.id));
  }
}
