import type { Socket } from 'node:net';

type Headers = Readonly<Record<string, string | readonly string[]>>;

const MAX_UNSENT_BYTES = 1024 * 1024;

/** What a request was answered with, as far as the server knows. */
export interface Answered {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Null when the answer was no HTTP. */
  readonly status: number | null;
}

/** Writes the answer of one request, well formed or not. */
export class Reply {
  private answer: Answered | undefined;
  private readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** Undefined as long as nothing was written. */
  get answered(): Answered | undefined {
    return this.answer;
  }

  get closed(): boolean {
    return this.socket.destroyed;
  }

  json(status: number, body: unknown, headers: Headers = {}): void {
    this.send(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
  }

  /** A complete answer with a right `Content-Length`. */
  send(status: number, body: string | Buffer, headers: Headers = {}): void {
    const content = typeof body === 'string' ? Buffer.from(body) : body;
    const head = headText(status, { 'content-length': String(content.length), ...headers });
    this.write(Buffer.concat([Buffer.from(head, 'latin1'), content]), status);
  }

  /** Only the head, with exactly these headers. What follows is up to `write`. */
  head(status: number, headers: Headers): void {
    this.write(headText(status, headers), status);
  }

  /** Bytes as they are. */
  write(bytes: string | Buffer, status: number | null = null): void {
    this.answer ??= { at: Date.now(), status };
    if (this.socket.writable) this.socket.write(bytes);
  }

  /** Ends the connection in order, which also ends a body without a length. */
  end(): void {
    this.socket.end();
  }

  /** Ends the connection with a reset. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  onClose(listener: () => void): void {
    if (this.socket.destroyed) listener();
    else this.socket.once('close', listener);
  }

  /** Writes without end, a chunk a millisecond; the server still serves others. */
  flood(chunk: Buffer): void {
    const timer = setInterval(() => {
      if (this.socket.writableLength < MAX_UNSENT_BYTES) this.write(chunk);
    }, 1);
    this.onClose(() => clearInterval(timer));
  }
}

function headText(status: number, headers: Headers): string {
  const lines = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}: ${value}`),
  );
  return [`HTTP/1.1 ${status} Scripted`, ...lines, '', ''].join('\r\n');
}
