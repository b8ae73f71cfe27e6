import { Module } from '@nestjs/common';
import { type DestinationStream, pino } from 'pino';
import type { WorkerSettings } from '../config/settings.js';
import { workerConfig } from '../config/worker.config.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { currentRunScope } from '../worker/execution/run-scope.js';
import { logColumns, logDescriptor, logHasColors } from './log-destination.js';
import { LogOutput } from './log-output.js';
import { loggerOptions } from './logger-options.js';
import { prettyInto } from './pretty.js';
import { WorkerLogger } from './worker.logger.js';

/** JSON lines, or a pretty form on a terminal; each carries the run inside which it is logged. */
@Module({
  providers: [
    {
      provide: LogOutput,
      inject: [WorkerEvents],
      useFactory: (events: WorkerEvents) =>
        new LogOutput(logDescriptor(), {
          onDropped: () => events.emit('log.line_dropped', {}),
          onRestored: (lines) => events.emit('log.restored', { lines }),
        }),
    },
    {
      provide: WorkerLogger,
      inject: [workerConfig.KEY, LogOutput, WorkerEvents],
      useFactory: async (settings: WorkerSettings, output: LogOutput, events: WorkerEvents) => {
        const destination =
          settings.logging.format === 'json'
            ? output
            : await prettyInto(output, { colorize: logHasColors(), columns: logColumns });
        return new WorkerLogger(pino(loggerOptions(settings), tellingOfRuns(destination, events)));
      },
    },
  ],
  exports: [LogOutput],
})
export class LoggingModule {}

/** Tells of the lines that are logged inside a run, for whoever keeps them with it. */
function tellingOfRuns(destination: DestinationStream, events: WorkerEvents): DestinationStream {
  return {
    write: (line) => {
      destination.write(line);
      const run = currentRunScope();
      if (run) events.emit('log.line_written', { runId: run.runId, line });
    },
  };
}
