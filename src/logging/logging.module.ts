import { Module } from '@nestjs/common';
import { type DestinationStream, pino } from 'pino';
import type { WorkerSettings } from '../config/settings.js';
import { workerConfig } from '../config/worker.config.js';
import { logDescriptor, logHasColors } from './log-destination.js';
import { loggerOptions } from './logger-options.js';
import { WorkerLogger } from './worker.logger.js';

/** JSON lines, or a pretty form on a terminal; each carries the run inside which it is logged. */
@Module({
  providers: [
    {
      provide: WorkerLogger,
      inject: [workerConfig.KEY],
      useFactory: async (settings: WorkerSettings) =>
        new WorkerLogger(pino(loggerOptions(settings), await destination(settings.logging.format))),
    },
  ],
})
export class LoggingModule {}

/** Both write synchronously: a line that was logged is out, however the process ends. */
async function destination(format: WorkerSettings['logging']['format']): Promise<DestinationStream> {
  if (format === 'json') return pino.destination({ dest: logDescriptor(), sync: true });
  const { default: pretty } = await import('pino-pretty');
  return pretty({
    destination: logDescriptor(),
    sync: true,
    colorize: logHasColors(),
    translateTime: 'SYS:HH:MM:ss.l',
    // In a run, the context is the task.
    messageFormat: '{if context}{context}: {end}{msg}',
    ignore: 'service,context,run,task,attempt,slot,trigger,at',
    singleLine: true,
  });
}
