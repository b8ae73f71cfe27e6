import type { LoggerService } from '@nestjs/common';
import type { LiveProgress } from './live-progress.js';

/** Logs while a progress line is on the screen, which would otherwise be torn by the log. */
export class LoggerBesideProgress implements LoggerService {
  constructor(
    private readonly logger: LoggerService,
    private readonly progress: LiveProgress,
  ) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.progress.aside(() => void this.logger.log(message, ...rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.progress.aside(() => void this.logger.error(message, ...rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.progress.aside(() => void this.logger.warn(message, ...rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.progress.aside(() => void this.logger.debug?.(message, ...rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.progress.aside(() => void this.logger.verbose?.(message, ...rest));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.progress.aside(() => void this.logger.fatal?.(message, ...rest));
  }
}
