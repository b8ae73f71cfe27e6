import { Logger } from '@nestjs/common';
import type { WorkerEvents } from '../../runs/worker-events.js';
import { formatDuration, SECOND } from '../../time/duration.js';

const UNCAUGHT = { exception: 'Uncaught exception', rejection: 'Unhandled rejection' } as const;

/** The worker, its ledger and its process as a whole. */
export function logProcess(events: WorkerEvents): void {
  const ledger = new Logger('Ledger');
  events.on('ledger.created', ({ file }) => ledger.log(`Created a new ledger in ${file}`));
  events.on('ledger.unreachable', ({ error }) =>
    ledger.warn({ msg: 'Cannot open the ledger; trying again every second until it is there', err: error }),
  );
  events.on('ledger.pruned', ({ runs }) => ledger.debug(`Pruned ${runs} runs from the history`));
  events.on('ledger.prune_failed', ({ error }) =>
    ledger.warn({ msg: 'Cannot prune the history; trying again in an hour', err: error }),
  );
  events.on('engine.takeover_failed', ({ error }) =>
    new Logger('TaskEngine').warn({ msg: 'Cannot look for runs to take over; trying again in a minute', err: error }),
  );
  events.on('engine.queue_failed', ({ error }) =>
    new Logger('TaskEngine').warn({
      msg: 'Cannot offer waiting runs to other replicas; they look every second',
      err: error,
    }),
  );

  events.on('commands.blocked', ({ error }) =>
    new Logger('CommandWatch').warn({ msg: 'Cannot carry out commands; trying again every half a second', err: error }),
  );

  const configuration = new Logger('Configuration');
  events.on('configuration.read', ({ environmentFile, warnings }) => {
    if (environmentFile !== null) configuration.log(`Read ${environmentFile} beside the environment`);
    for (const { subject, message } of warnings) configuration.warn(`${subject} ${message}`);
  });

  const worker = new Logger('WorkerLifecycle');
  events.on('worker.started', () => worker.log('Worker ready'));
  events.on('worker.draining', () => worker.log('Draining'));
  events.on('worker.lost', () =>
    worker.warn('Other replicas took this process for dead and its runs over; beginning anew'),
  );
  events.on('worker.clock_off', ({ offsetMs }) => {
    const difference = formatDuration(Math.round(Math.abs(offsetMs) / SECOND) * SECOND);
    const direction = offsetMs < 0 ? 'ahead of' : 'behind';
    worker.warn(`The clock of this machine is ${difference} ${direction} the ledger's database; using its time`);
  });
  events.on('worker.stopped', () => worker.log('Worker stopped'));

  const service = new Logger('Service');
  events.on('service.listening', ({ url }) => service.log(`Listening on ${url}`));
  events.on('service.stop_failed', ({ error }) =>
    service.error({ msg: 'Cannot record everything before the stop; the next start recovers it', err: error }),
  );
  events.on('service.stop_timed_out', () =>
    service.warn('The stop took too long; the next start resumes what is left'),
  );

  events.on('ops.request_failed', ({ error }) =>
    new Logger('OpsApi').error({ msg: 'A request to the ops API failed', err: error }),
  );

  events.on('log.restored', ({ lines }) =>
    new Logger('Log').warn({ msg: 'The log could not be written; lines were lost', lines }),
  );

  const program = new Logger('Process');
  events.on('run.error_escaped', ({ kind, error }) =>
    program.error({ msg: `${UNCAUGHT[kind]}; the task left it behind, the run goes on`, err: error }),
  );
  events.on('process.failed', ({ kind, error }) =>
    program.fatal({ msg: `${UNCAUGHT[kind]}; the process ends`, err: error }),
  );
  events.on('alert.failed', ({ error }) =>
    new Logger('Alerts').warn({ msg: 'Cannot judge or tell alerts; trying again', err: error }),
  );
  events.on('traces.failed', ({ error }) =>
    new Logger('Traces').warn({ msg: 'Cannot send traces to the collector; dropping spans, runs go on', err: error }),
  );
  events.on('ping.failed', ({ task, error }) =>
    new Logger('Ping').warn({ msg: 'Cannot tell the ping URL of a run; the run is not affected', task, err: error }),
  );
  events.on('subscriber.failed', ({ event, error }) =>
    program.error({ msg: `A listener failed to handle ${event}; it stays subscribed`, err: error }),
  );
}
