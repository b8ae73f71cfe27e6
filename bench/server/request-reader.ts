export interface ReceivedRequest {
  readonly method: string;
  readonly target: string;
  readonly body: string;
}

const HEADER_END = '\r\n\r\n';
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;

/**
 * Reads HTTP/1.1 requests whose bodies, if any, have a `content-length` (RFC 9112 §6.3), which
 * is all that the clients send.
 */
export class RequestReader {
  private rest = '';

  /** Returns the requests that these bytes complete. */
  read(bytes: Buffer): ReceivedRequest[] {
    this.rest += bytes.toString('latin1');
    const requests: ReceivedRequest[] = [];
    for (let request = this.take(); request; request = this.take()) requests.push(request);
    return requests;
  }

  private take(): ReceivedRequest | undefined {
    const headerEnd = this.rest.indexOf(HEADER_END);
    if (headerEnd < 0) return undefined;
    const [, length = '0'] = CONTENT_LENGTH.exec(this.rest.slice(0, headerEnd)) ?? [];
    const end = headerEnd + HEADER_END.length + Number(length);
    if (this.rest.length < end) return undefined;
    const methodEnd = this.rest.indexOf(' ');
    const targetEnd = this.rest.indexOf(' ', methodEnd + 1);
    const request = {
      method: this.rest.slice(0, methodEnd),
      target: this.rest.slice(methodEnd + 1, targetEnd),
      body: this.rest.slice(headerEnd + HEADER_END.length, end),
    };
    this.rest = this.rest.slice(end);
    return request;
  }
}
