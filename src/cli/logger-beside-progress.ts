import type { LoggerService, LogLevel } from '@nestjs/common';
import type { LiveProgress } from './live-progress.js';

/** Logs while a progress line is on the screen, which would otherwise be torn by the log. */
export function loggerBesideProgress(logger: LoggerService, progress: LiveProgress): LoggerService {
  const beside =
    (level: LogLevel) =>
    (message: unknown, ...rest: unknown[]) =>
      progress.aside(() => void logger[level]?.(message, ...rest));
  return {
    fatal: beside('fatal'),
    error: beside('error'),
    warn: beside('warn'),
    log: beside('log'),
    debug: beside('debug'),
    verbose: beside('verbose'),
  };
}
