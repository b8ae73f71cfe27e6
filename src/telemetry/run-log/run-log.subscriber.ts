import { Injectable } from '@nestjs/common';
import { type CapturedLine, RunLogLedger } from '../../ledger/run-log-ledger.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { SECOND } from '../../time/duration.js';
import { RunLogBuffer } from './run-log-buffer.js';

const RECORD_EVERY_MS = SECOND;

/**
 * Keeps the log lines of each run with the run: 500 lines and 128 KiB of its beginning, which can
 * be read while it goes on, and as much of its end. A line costs an entry in a list; the ledger
 * gets them once a second. Lines that it cannot take are lost here, not in the log.
 */
@Injectable()
export class RunLogSubscriber {
  private readonly buffers = new Map<string, RunLogBuffer>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    events: WorkerEvents,
    private readonly ledger: RunLogLedger,
  ) {
    events.on('run.started', ({ run }) => {
      this.bufferOf(run.id).started = true;
    });
    events.on('log.line_written', ({ runId, line }) => this.capture(runId, line));
    // Its own line is written by a listener that may come later.
    events.on('run.finished', ({ run }) => queueMicrotask(() => this.end(run.id)));
    events.on('run.lost', ({ run }) => this.buffers.delete(run.id));
  }

  /** The line that tells of the start may come before the event does. */
  private bufferOf(runId: string): RunLogBuffer {
    const buffer = this.buffers.get(runId) ?? new RunLogBuffer(runId);
    this.buffers.set(runId, buffer);
    return buffer;
  }

  private capture(runId: string, line: string): void {
    this.bufferOf(runId).add(line);
    this.timer ??= setTimeout(() => this.recordFresh(), RECORD_EVERY_MS).unref();
  }

  private recordFresh(): void {
    this.timer = undefined;
    // What a task logs after the end of its run has no end.
    for (const [runId, { started }] of this.buffers) if (!started) this.buffers.delete(runId);
    this.record([...this.buffers.values()].flatMap((buffer) => buffer.take()));
  }

  private end(runId: string): void {
    const lines = this.buffers.get(runId)?.takeAll() ?? [];
    this.buffers.delete(runId);
    this.record(lines);
  }

  private record(lines: readonly CapturedLine[]): void {
    if (lines.length > 0) this.ledger.append(lines).catch(() => undefined);
  }
}
