import { EventEmitter } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { nextEvent } from '../next-event.ts';

/** A line of the program's log; `text` is the line as it was printed. */
export interface LogLine {
  readonly text: string;
  readonly level?: string;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

type Selector = string | RegExp | ((line: LogLine) => boolean);

/** Collects the lines that a process prints, and lets a test wait for one. */
export class LogStream {
  readonly lines: LogLine[] = [];
  private readonly events = new EventEmitter().setMaxListeners(0);

  /** Adds a chunk of the stream. A line that is not JSON becomes a `msg` without a level. */
  collect(stream: Readable): void {
    createInterface({ input: stream }).on('line', (text) => {
      const line = { ...parse(text), text };
      this.lines.push(line);
      this.events.emit('line', line);
    });
  }

  get text(): string {
    return this.lines.map(({ text }) => text).join('\n');
  }

  matching(selector: Selector): readonly LogLine[] {
    return this.lines.filter(predicateOf(selector));
  }

  /** The first line that fits, whether it is there already or comes later. */
  async find(selector: Selector, timeout = 20_000): Promise<LogLine> {
    return this.lines.find(predicateOf(selector)) ?? (await this.next(selector, timeout));
  }

  /** The next line that fits, from now on. */
  async next(selector: Selector, timeout = 20_000): Promise<LogLine> {
    const fits = predicateOf(selector);
    try {
      return await nextEvent(this.events, 'line', fits, timeout, `a log line that fits ${String(selector)}`);
    } catch (error) {
      throw new Error(`${(error as Error).message}; the log ends with:\n${this.text.slice(-3_000)}`, { cause: error });
    }
  }
}

function predicateOf(selector: Selector): (line: LogLine) => boolean {
  if (typeof selector === 'function') return selector;
  return ({ msg = '' }) => (typeof selector === 'string' ? msg.includes(selector) : selector.test(msg));
}

function parse(text: string): { msg?: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Not every line is JSON: an error of the runtime itself is not.
  }
  return { msg: text };
}
