import { Module } from '@nestjs/common';
import { pino } from 'pino';
import type { WorkerSettings } from '../config/settings.js';
import { workerConfig } from '../config/worker.config.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { logDescriptor, logHasColors } from './log-destination.js';
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
      inject: [workerConfig.KEY, LogOutput],
      useFactory: async (settings: WorkerSettings, output: LogOutput) =>
        new WorkerLogger(
          pino(
            loggerOptions(settings),
            settings.logging.format === 'json' ? output : await prettyInto(output, logHasColors()),
          ),
        ),
    },
  ],
  exports: [LogOutput],
})
export class LoggingModule {}
