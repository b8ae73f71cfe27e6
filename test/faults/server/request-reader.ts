/** One request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** The request target exactly as it was sent: nothing decoded, nothing normalised. */
  readonly target: string;
  /** Names in lower case; a repeated header is joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Every byte of it. */
  readonly bytes: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const EMPTY = Buffer.alloc(0);

/** Cuts a stream of bytes into HTTP/1.1 requests (RFC 9112 §6). */
export class RequestReader {
  private buffer: Buffer = EMPTY;

  /** The requests that are complete with this chunk. */
  read(chunk: Buffer): WireRequest[] {
    this.buffer = this.buffer.length === 0 ? chunk : Buffer.concat([this.buffer, chunk]);
    const requests: WireRequest[] = [];
    for (let request = this.next(); request; request = this.next()) requests.push(request);
    return requests;
  }

  private next(): WireRequest | undefined {
    const headEnd = this.buffer.indexOf(HEAD_END);
    if (headEnd < 0) return undefined;
    const [requestLine = '', ...lines] = this.buffer.toString('latin1', 0, headEnd).split('\r\n');
    const headers = parseHeaders(lines);
    const bodyStart = headEnd + HEAD_END.length;
    const body = headers['transfer-encoding'] ? this.chunked(bodyStart) : this.sized(bodyStart, headers);
    if (!body) return undefined;
    const bytes = this.buffer.subarray(0, body.end);
    this.buffer = this.buffer.subarray(body.end);
    const [method = '', target = ''] = requestLine.split(' ');
    return { method, target, headers, body: body.content, bytes };
  }

  private sized(start: number, headers: Readonly<Record<string, string>>): Body | undefined {
    const end = start + Number(headers['content-length'] ?? 0);
    return this.buffer.length < end ? undefined : { content: this.buffer.subarray(start, end), end };
  }

  private chunked(start: number): Body | undefined {
    const chunks: Buffer[] = [];
    for (let position = start; ;) {
      const lineEnd = this.buffer.indexOf('\r\n', position);
      if (lineEnd < 0) return undefined;
      const size = Number.parseInt(this.buffer.toString('latin1', position, lineEnd), 16);
      const next = lineEnd + 2 + size + 2;
      if (this.buffer.length < next) return undefined;
      if (size === 0) return { content: Buffer.concat(chunks), end: next };
      chunks.push(this.buffer.subarray(lineEnd + 2, lineEnd + 2 + size));
      position = next;
    }
  }
}

interface Body {
  readonly content: Buffer;
  readonly end: number;
}

function parseHeaders(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}
