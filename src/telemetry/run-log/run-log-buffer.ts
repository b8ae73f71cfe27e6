import type { CapturedLine } from '../../ledger/run-log-ledger.js';

/** Half of what is kept of a run: its beginning, and as much of its end. */
const MAX_LINES = 500;
const MAX_BYTES = 128 * 1024;
/** Of one line. */
const MAX_LINE_CHARACTERS = 4 * 1024;

/** pino writes level and time first. */
const HEAD = /^\{"level":"([a-z]{1,8})","time":"([^"]{10,40})"/;

/** The lines of one run: its beginning as it comes, its end once that is known. */
export class RunLogBuffer {
  /** False as long as nobody has said that the run has begun. */
  started = false;
  private fresh: string[] = [];
  private tail: string[] = [];
  private tailBytes = 0;
  private headLines = 0;
  private headBytes = 0;
  private omitted = 0;

  constructor(private readonly runId: string) {}

  add(line: string): void {
    const text = line.length > MAX_LINE_CHARACTERS ? `${line.slice(0, MAX_LINE_CHARACTERS)}…` : line;
    // In UTF-8 a text may take three times as many bytes as characters.
    const bytes = Buffer.byteLength(text);
    if (this.tail.length === 0 && this.headLines < MAX_LINES && this.headBytes + bytes <= MAX_BYTES) {
      this.headLines++;
      this.headBytes += bytes;
      this.fresh.push(text);
      return;
    }
    this.tail.push(text);
    this.tailBytes += bytes;
    while (this.tail.length > MAX_LINES || this.tailBytes > MAX_BYTES) this.omitOldest();
  }

  /** What can be recorded by now. */
  take(): CapturedLine[] {
    return this.fresh.splice(0).map((text) => this.parse(text));
  }

  /** The rest, when the run has ended. */
  takeAll(): CapturedLine[] {
    const end = this.tail.splice(0).map((text) => this.parse(text));
    return [...this.take(), ...(this.omitted > 0 ? [this.gap(end[0]?.at ?? new Date())] : []), ...end];
  }

  private omitOldest(): void {
    const oldest = this.tail.shift();
    this.tailBytes -= oldest ? Buffer.byteLength(oldest) : 0;
    this.omitted++;
  }

  private parse(line: string): CapturedLine {
    const text = line.trimEnd();
    const [, level = 'info', time = ''] = HEAD.exec(text) ?? [];
    const at = new Date(time);
    return { runId: this.runId, at: Number.isNaN(at.getTime()) ? new Date() : at, level, text };
  }

  private gap(at: Date): CapturedLine {
    const msg = `${this.omitted} lines were left out here`;
    const text = JSON.stringify({ level: 'info', time: at.toISOString(), msg });
    return { runId: this.runId, at, level: 'info', text };
  }
}
