import type { LoggerService } from '@nestjs/common';
import { NestApplication } from '@nestjs/core';
import { InstanceLoader } from '@nestjs/core/injector/instance-loader.js';
import { RouterExplorer } from '@nestjs/core/router/router-explorer.js';
import { RoutesResolver } from '@nestjs/core/router/routes-resolver.js';
import type { LevelWithSilent, Logger } from 'pino';
import { cutForeign } from '../runs/foreign-text.js';
import { tracer } from '../runs/tracing.js';
import { MAX_TEXT_CHARS } from './log-fields.js';
import { currentRunScope } from '../worker/execution/run-scope.js';

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
type Fields = Record<string, unknown>;

/** Nest tells of each module and route that it starts, which only helps to find wiring faults. */
const WIRING_CONTEXTS = new Set<unknown>([
  'NestFactory',
  // The bundler may rename them.
  ...[NestApplication, InstanceLoader, RoutesResolver, RouterExplorer].map(({ name }) => name),
]);

/** How Nest's own exception handlers hand over an error: its message, and its stack as a text. */
const STACK = /\n[ \t]{0,16}at /;

/**
 * What Nest's `Logger` writes to, as lines of pino; each carries the run in which it was logged.
 * The calls that Nest developers write mean what they expect: in `logger.error('Text', error)` the
 * error arrives under `err`, in `logger.log('Text', { count })` the fields arrive in the line.
 */
export class WorkerLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  get level(): string {
    return this.pino.level;
  }

  set level(level: LevelWithSilent) {
    this.pino.level = level;
  }

  isEnabled(level: Level): boolean {
    return this.pino.isLevelEnabled(level);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** The last of the further arguments is the context: Nest's `Logger` puts it there. */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    const context = rest.pop();
    const written = level === 'info' && WIRING_CONTEXTS.has(context) ? 'debug' : level;
    if (!this.pino.isLevelEnabled(written)) return;
    const fields = runFields();
    fields['context'] = context;
    const substitutes = rest.filter((argument) => !mergeInto(fields, argument));
    if (mergeInto(fields, message)) {
      this.pino[written](fields);
    } else if (
      level === 'error' &&
      typeof substitutes[0] === 'string' &&
      STACK.test(substitutes[0].slice(0, MAX_TEXT_CHARS))
    ) {
      fields['err'] = Object.assign(new Error(String(short(message))), { stack: substitutes[0] });
      this.pino[written](fields);
    } else {
      this.pino[written](fields, short(message) as string, ...substitutes.map(short));
    }
  }
}

/** A text of foreign origin may have any length. */
function short(value: unknown): unknown {
  return typeof value === 'string' && value.length > MAX_TEXT_CHARS ? cutForeign(value, MAX_TEXT_CHARS) : value;
}

/** The run that the line belongs to; nothing outside of any run. */
function runFields(): Fields {
  const scope = currentRunScope();
  if (!scope) return {};
  const { runId, task, attempt, slot } = scope;
  const fields: Fields = { run: runId, task, attempt, slot: slot && slot.toISOString() };
  const span = tracer?.currentSpan();
  if (span) Object.assign(fields, { trace_id: span.traceId, span_id: span.spanId });
  return fields;
}

/** Adds an object's fields to the line, or describes an unreadable one; false for all else. */
function mergeInto(fields: Fields, argument: unknown): boolean {
  if (typeof argument !== 'object' || argument === null) return false;
  try {
    if (argument instanceof Error) fields['err'] = argument;
    else Object.assign(fields, argument);
  } catch {
    fields['err'] = argument;
  }
  return true;
}
