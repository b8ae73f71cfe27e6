import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { jest } from '@jest/globals';
import type { CommandLedger } from '../../ledger/command-ledger.js';
import type { RunHistory } from '../../ledger/run-history.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { Clock } from '../../time/clock.js';
import type { Authentication } from '../access/authentication.js';
import type { Caller, OpsRequest } from '../access/caller.js';
import { EventFeed } from './event-feed.js';
import { EventsController } from './events.controller.js';

class Connection extends EventEmitter {
  readonly writableLength = 0;
  writableEnded = false;
  destroyed = false;

  writeHead(): void {}
  write(): void {}

  end(): void {
    this.writableEnded = true;
    this.emit('close');
  }
}

describe('the streams of events', () => {
  const events = new WorkerEvents();
  let controller: EventsController;
  let callerOf: jest.Mock<Authentication['callerOf']>;

  beforeEach(() => {
    jest.useFakeTimers();
    const commands = { changeMark: async () => 1 } as unknown as CommandLedger;
    callerOf = jest.fn<Authentication['callerOf']>();
    const feed = new EventFeed(events, commands, {} as RunHistory, new Clock());
    controller = new EventsController(feed, { callerOf } as unknown as Authentication, events);
  });
  afterEach(() => jest.useRealTimers());

  function open(session: string): Connection {
    const connection = new Connection();
    const caller: Caller = { name: 'ada', role: 'viewer', via: 'console', address: '10.0.0.7', session };
    const request = { caller } as unknown as OpsRequest;
    controller.stream(request, connection as unknown as ServerResponse, undefined);
    return connection;
  }

  const TOO_MANY = /Too many streams are open/;

  it('are five of a session, and not six (security: streams)', () => {
    const [first] = Array.from({ length: 5 }, () => open('a'));
    expect(() => open('a')).toThrow(TOO_MANY);
    expect(open('b').writableEnded).toBe(false);
    first?.end();
    expect(open('a').writableEnded).toBe(false);
  });

  it('are 50 in all (security: streams)', () => {
    const [first] = Array.from({ length: 50 }, (_, at) => open(`session ${at}`));
    expect(() => open('session 99')).toThrow(TOO_MANY);
    first?.end();
    expect(open('session 99').writableEnded).toBe(false);
  });

  it('end within a minute after their session has ended (security: streams)', async () => {
    const [ended, goesOn] = [open('a'), open('b')];
    callerOf.mockRejectedValueOnce(new Error('401')).mockResolvedValue({} as Caller);
    await jest.advanceTimersByTimeAsync(59_999);
    expect([ended.writableEnded, goesOn.writableEnded]).toEqual([false, false]);
    await jest.advanceTimersByTimeAsync(1);
    expect([ended.writableEnded, goesOn.writableEnded]).toEqual([true, false]);
    goesOn.end();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('end first when the service drains (security: streams)', () => {
    const stream = open('a');
    events.emit('worker.draining', { active: 0 });
    expect(stream.writableEnded).toBe(true);
  });
});
