import { jest } from '@jest/globals';
import { aCheckpoint, manualClaim, start } from '../../ledger/testing/claims.js';
import { MemoryLedger } from '../../ledger/testing/memory/memory-ledger.js';
import type { Run } from '../../runs/run.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { Clock } from '../../time/clock.js';
import { HOUR, SECOND } from '../../time/duration.js';
import { EventFeed, type FeedEvent } from './event-feed.js';

const NOON = new Date('2026-11-23T12:00:00Z');

/** One process of several on a ledger, with whoever looks on there. */
class Replica {
  readonly events = new WorkerEvents();
  readonly feed: EventFeed;
  readonly told: FeedEvent[] = [];
  stop: () => void = () => {};

  constructor(readonly ledger: MemoryLedger) {
    this.feed = new EventFeed(this.events, ledger.commands, ledger.history, new Clock());
  }

  /** Begins to look on, and waits until what was missed is told. */
  async lookOn(after?: string): Promise<this> {
    this.stop = this.feed.listen((event) => this.told.push(event), after);
    await jest.advanceTimersByTimeAsync(0);
    return this;
  }

  async begin(task: string) {
    const execution = await start(this.ledger.runs, manualClaim(task));
    this.events.emit('run.started', { run: execution.run, at: NOON });
    return {
      progress: (succeeded: number) =>
        this.ledger.runs.checkpoint(execution, aCheckpoint({ items: { total: 9, succeeded, failed: 0, skipped: 0 } })),
      end: async () => {
        await this.ledger.runs.finish(execution, { status: 'succeeded' });
        const run = (await this.ledger.history.find(execution.run.id))!;
        this.events.emit('run.finished', { run, status: 'succeeded' });
      },
    };
  }

  /** In short, and forgets it. */
  heard(): unknown[] {
    const heard = this.told.splice(0).map(({ type, data }) => {
      const { task, status, items, event } = data as Partial<Run> & { event?: string };
      return [type, task ?? event, status ?? items?.succeeded].filter((word) => word !== undefined).join(' ');
    });
    return heard.filter((line) => line !== 'task');
  }
}

describe('the feed of events', () => {
  let one: Replica;
  let other: Replica;

  beforeEach(() => {
    jest.useFakeTimers({ now: NOON });
    const ledger = new MemoryLedger();
    one = new Replica(ledger);
    other = new Replica(ledger.beside('service'));
  });
  afterEach(() => {
    one.stop();
    other.stop();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('tells of runs of another process, each change once, within a second', async () => {
    await one.lookOn();
    const run = await other.begin('a');
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(one.heard()).toEqual(['run a running']);
    await run.progress(3);
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(one.heard()).toEqual(['progress a 3']);
    await jest.advanceTimersByTimeAsync(60 * SECOND);
    await run.end();
    await other.begin('a');
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(one.heard()).toEqual(['run a succeeded', 'run a running']);
    await jest.advanceTimersByTimeAsync(60 * SECOND);
    expect(one.heard()).toEqual([]);
  });

  it('tells of its own runs once', async () => {
    await one.lookOn();
    const run = await one.begin('a');
    await jest.advanceTimersByTimeAsync(SECOND);
    await run.end();
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(one.heard()).toEqual(['run a running', 'run a succeeded']);
  });

  it('goes on after any event of its own, of progress too', async () => {
    await one.lookOn();
    const run = await one.begin('a');
    one.events.emit('run.progressed', {
      runId: '1',
      task: 'a',
      items: { total: 9, succeeded: 1, failed: 0, skipped: 0 },
    });
    const { id } = one.told.at(-1)!;
    one.stop();
    await run.end();
    one.told.length = 0;
    await one.lookOn(id);
    expect(one.heard()).toEqual(['run a succeeded']);
  });

  it('goes on after an event of another process, by what is on record', async () => {
    await one.lookOn();
    const run = await one.begin('a');
    const { id } = one.told.at(-1)!;
    await jest.advanceTimersByTimeAsync(60 * SECOND);
    await run.end();
    await other.begin('b');
    await other.lookOn(id);
    expect(other.heard()).toEqual(['run a succeeded', 'run b running']);
  });

  it.each([
    ['of nobody', 'of-another-process'],
    ['of too long ago', `${(NOON.getTime() - HOUR).toString(36)}-0a1b2c3d-7`],
  ])('has all read again after an event %s', async (_, id) => {
    await one.lookOn(id);
    expect(one.heard()).toEqual(['worker stream.reset']);
  });

  it('has all read again where the ledger cannot tell what came since', async () => {
    jest.spyOn(other.ledger.history, 'list').mockRejectedValue(new Error('away'));
    await one.lookOn();
    await one.begin('a');
    await other.lookOn(one.told.at(-1)!.id);
    expect(other.heard()).toEqual(['worker stream.reset']);
  });

  it('tells those who are gone nothing, also of what they have missed', async () => {
    one.feed.listen((event) => one.told.push(event), 'of-another-process')();
    await jest.advanceTimersByTimeAsync(0);
    expect(one.heard()).toEqual([]);
  });
});
