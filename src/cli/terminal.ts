import { type Colors, colorsFor } from './format/colors.js';

/** The part of a stream that the CLI uses. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const USUAL_WIDTH = 80;

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
    return this.stdout.isTTY ? (this.stdout.columns ?? USUAL_WIDTH) : null;
  }

  /** Whether a person sees the messages as they come. */
  get isWatched(): boolean {
    return this.stderr.isTTY ?? false;
  }

  /** Of stderr; null when nobody watches. */
  get messageWidth(): number | null {
    return this.isWatched ? (this.stderr.columns ?? USUAL_WIDTH) : null;
  }

  print(text: string): void {
    this.stdout.write(`${text}\n`);
  }

  printJson(value: unknown): void {
    this.print(JSON.stringify(value, null, 2));
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
