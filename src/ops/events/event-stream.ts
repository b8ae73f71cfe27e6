import type { ServerResponse } from 'node:http';
import { SECOND } from '../../time/duration.js';
import type { FeedEvent } from './event-feed.js';

/** The contract's promise to whoever waits for a sign of life. */
const HEARTBEAT_MS = 15 * SECOND;
/** What a reader may leave unread before it is dropped; it connects again and resumes. */
const MAX_UNREAD_BYTES = 256 * 1024;

/** Server-sent events to one reader (HTML Living Standard §9.2). */
export class EventStream {
  private readonly heartbeat: NodeJS.Timeout;

  constructor(private readonly response: ServerResponse) {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      // Asks nginx not to collect what is meant for now.
      'X-Accel-Buffering': 'no',
    });
    this.write('event: heartbeat\ndata: {}\n\n');
    this.heartbeat = setInterval(() => this.write('event: heartbeat\ndata: {}\n\n'), HEARTBEAT_MS);
    this.heartbeat.unref();
    response.once('close', () => clearInterval(this.heartbeat));
  }

  send({ id, type, data }: FeedEvent): void {
    this.write(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** The reader connects again by itself. */
  end(): void {
    this.response.end();
  }

  private write(text: string): void {
    if (this.response.writableEnded || this.response.destroyed) return;
    if (this.response.writableLength > MAX_UNREAD_BYTES) this.response.destroy();
    else this.response.write(text);
  }
}
