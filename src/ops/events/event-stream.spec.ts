import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { jest } from '@jest/globals';
import { EventStream } from './event-stream.js';

/** A connection whose reader may be asleep. */
class Connection extends EventEmitter {
  text = '';
  headers: object = {};
  unreadBytes = 0;
  destroyed = false;
  writableEnded = false;

  get writableLength(): number {
    return this.unreadBytes;
  }

  writeHead(_status: number, headers: object): void {
    this.headers = headers;
  }

  write(text: string): void {
    this.text += text;
  }

  end(): void {
    this.writableEnded = true;
    this.emit('close');
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

describe('the stream to one reader', () => {
  let connection: Connection;
  let stream: EventStream;

  beforeEach(() => {
    jest.useFakeTimers();
    connection = new Connection();
    stream = new EventStream(connection as unknown as ServerResponse);
  });
  afterEach(() => jest.useRealTimers());

  const heartbeats = () => connection.text.split('event: heartbeat').length - 1;

  it('is kept and guessed at by nobody, a proxy neither (security: streams)', () => {
    expect(connection.headers).toEqual({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'X-Accel-Buffering': 'no',
    });
  });

  it('has a heartbeat at once and every 15 s, until it is closed', () => {
    expect(heartbeats()).toBe(1);
    jest.advanceTimersByTime(45_000);
    expect(heartbeats()).toBe(4);
    connection.destroy();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('gives each event its id, and no line break of a text ends an event', () => {
    connection.text = '';
    stream.send({ id: 'p-1', type: 'run', data: { error: 'a\n\nevent: forged' } });
    stream.send({ id: 'a-1', type: 'progress', data: {} });
    expect(connection.text).toBe(
      'id: p-1\nevent: run\ndata: {"error":"a\\n\\nevent: forged"}\n\nid: a-1\nevent: progress\ndata: {}\n\n',
    );
  });

  it('drops a reader that leaves more than 256 KiB unread (security: streams)', () => {
    connection.unreadBytes = 256 * 1024;
    stream.send({ id: 'p-1', type: 'run', data: {} });
    expect(connection.destroyed).toBe(false);
    connection.unreadBytes += 1;
    stream.send({ id: 'p-2', type: 'run', data: {} });
    expect(connection.destroyed).toBe(true);
    expect(connection.text).not.toContain('p-2');
    expect(jest.getTimerCount()).toBe(0);
  });
});
