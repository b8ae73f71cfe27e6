import { escapeJson } from '../runs/foreign-text.js';
import { type Colors, colorsFor } from './format/colors.js';

/** The part of a stream that the CLI uses. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** What a text is laid out for. */
export interface Layout {
  readonly now: Date;
  readonly colors: Colors;
  /** In columns; null: as wide as it takes. */
  readonly width: number | null;
  /** Of times: that of the machine for people, UTC for whoever reads a pipe. */
  readonly timeZone: string;
}

const DEFAULT_WIDTH = 80;

/** Where a command writes: data to stdout, everything else to stderr. */
export class Terminal {
  /** For stdout. */
  readonly colors: Colors;
  /** For stderr. */
  readonly messageColors: Colors;

  constructor(
    private readonly stdout: Output,
    private readonly stderr: Output,
    environment: NodeJS.ProcessEnv,
  ) {
    this.colors = colorsFor(stdout.isTTY ?? false, environment);
    this.messageColors = colorsFor(stderr.isTTY ?? false, environment);
  }

  /** Of stdout, in columns; null when it is not a terminal, where nothing should be cut. */
  get width(): number | null {
    return this.stdout.isTTY ? (this.stdout.columns ?? DEFAULT_WIDTH) : null;
  }

  /** Whether a person sees the messages as they come. */
  get isWatched(): boolean {
    return this.stderr.isTTY ?? false;
  }

  /** Of stderr; null when it is not a terminal. */
  get messageWidth(): number | null {
    return this.isWatched ? (this.stderr.columns ?? DEFAULT_WIDTH) : null;
  }

  /** For stdout. */
  layout(now: Date): Layout {
    return { now, colors: this.colors, width: this.width, timeZone: this.timeZone };
  }

  private get timeZone(): string {
    return this.stdout.isTTY ? new Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC';
  }

  print(text: string): void {
    this.stdout.write(`${text}\n`);
  }

  /** In place of what is on the screen, on stdout. */
  redraw(text: string): void {
    this.stdout.write(`\u001b[H${text.replaceAll('\n', '\u001b[K\n')}\u001b[K\n\u001b[J`);
  }

  printJson(value: unknown): void {
    this.print(escapeJson(JSON.stringify(value, null, 2)));
  }

  printJsonLine(value: unknown): void {
    this.print(escapeJson(JSON.stringify(value)));
  }

  /** A message, on stderr. */
  say(text: string): void {
    this.stderr.write(`${text}\n`);
  }

  /** Text as it is, on stderr: for what is drawn and drawn again. */
  draw(text: string): void {
    this.stderr.write(text);
  }
}
