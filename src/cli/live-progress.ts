import { SECOND } from '../time/duration.js';
import type { ItemCounts } from '../runs/run.js';
import { progressLine } from './progress-line.js';
import type { Terminal } from './terminal.js';

const REDRAW_EVERY_MS = 100;
const TELL_EVERY_MS = 10 * SECOND;
const CLEAR_LINE = '\r\u001b[2K';

/**
 * Keeps a run's progress in view on stderr: a line that is drawn again and again on a terminal, and
 * else, for the log of a pipeline, one line every ten seconds.
 */
export class LiveProgress {
  private items: ItemCounts | null = null;
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly task: string,
    private readonly terminal: Terminal,
    private readonly totalKnown: boolean,
  ) {
    this.timer = setInterval(() => this.show(), terminal.isWatched ? REDRAW_EVERY_MS : TELL_EVERY_MS);
  }

  /** Cheap: nothing is drawn before the next beat. */
  update(items: ItemCounts): void {
    this.items = items;
  }

  /** Writes something else to stderr without tearing the line. */
  aside(write: () => void): void {
    this.clear();
    write();
  }

  end(): void {
    clearInterval(this.timer);
    this.clear();
  }

  private show(): void {
    const width = this.terminal.messageWidth;
    const elapsed = performance.now() - this.startedAt;
    const line = progressLine(
      { task: this.task, items: this.items, totalKnown: this.totalKnown, elapsed },
      this.terminal.messageColors,
      width,
    );
    if (width === null) this.terminal.say(line);
    else this.terminal.draw(CLEAR_LINE + line);
  }

  private clear(): void {
    if (this.terminal.isWatched) this.terminal.draw(CLEAR_LINE);
  }
}
