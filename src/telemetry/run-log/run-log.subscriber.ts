import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type CapturedLine, RunLogLedger } from '../../ledger/run-log-ledger.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { SECOND } from '../../time/duration.js';
import { RunLogBuffer } from './run-log-buffer.js';

const RECORD_EVERY_MS = SECOND;
/** How long the lines of a run that has ended wait for those of others, to share a commit. */
const RECORD_ENDED_AFTER_MS = 100;

/**
 * Keeps the log lines of each run with the run: 500 lines and 128 KiB of its beginning, which can
 * be read while it goes on, and as much of its end. A line costs an entry in a list; the ledger
 * gets them once a second, and soon after the end of a run. Lines that it cannot take are lost
 * here, not in the log.
 */
@Injectable()
export class RunLogSubscriber implements OnApplicationShutdown {
  private readonly buffers = new Map<string, RunLogBuffer>();
  private ended: CapturedLine[] = [];
  private timer: NodeJS.Timeout | undefined;
  private endTimer: NodeJS.Timeout | undefined;

  constructor(
    events: WorkerEvents,
    private readonly ledger: RunLogLedger,
  ) {
    events.on('run.started', ({ run }) => {
      this.bufferOf(run.id).started = true;
    });
    events.on('run.helped', ({ run }) => {
      this.bufferOf(run.id).started = true;
    });
    events.on('run.help_ended', ({ run }) => queueMicrotask(() => this.end(run.id)));
    events.on('log.line_written', ({ runId, line }) => this.capture(runId, line));
    // Its own line is written by a listener that may come later.
    events.on('run.finished', ({ run }) => queueMicrotask(() => this.end(run.id)));
    events.on('run.lost', ({ run }) => this.buffers.delete(run.id));
  }

  /** The ledger is closed after this. */
  onApplicationShutdown(): Promise<void> {
    return this.record();
  }

  /** The line that tells of the start may come before the event does. */
  private bufferOf(runId: string): RunLogBuffer {
    const buffer = this.buffers.get(runId) ?? new RunLogBuffer(runId);
    this.buffers.set(runId, buffer);
    return buffer;
  }

  private capture(runId: string, line: string): void {
    this.bufferOf(runId).add(line);
    this.timer ??= setTimeout(() => void this.record(), RECORD_EVERY_MS).unref();
  }

  private end(runId: string): void {
    this.ended.push(...(this.buffers.get(runId)?.takeAll() ?? []));
    this.buffers.delete(runId);
    this.endTimer ??= setTimeout(() => void this.record(), RECORD_ENDED_AFTER_MS).unref();
  }

  private async record(): Promise<void> {
    clearTimeout(this.timer);
    clearTimeout(this.endTimer);
    this.timer = this.endTimer = undefined;
    // What a task logs after the end of its run has no end.
    for (const [runId, { started }] of this.buffers) if (!started) this.buffers.delete(runId);
    const lines = [...this.ended.splice(0), ...[...this.buffers.values()].flatMap((buffer) => buffer.take())];
    if (lines.length > 0) await this.ledger.append(lines).catch(() => undefined);
  }
}
