import { jest } from '@jest/globals';
import type { CapturedLine, RunLogLedger } from '../../ledger/run-log-ledger.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { SECOND } from '../../time/duration.js';
import { aRun } from '../../worker/testing/task-context.fake.js';
import { RunLogSubscriber } from './run-log.subscriber.js';

const RUN = aRun({ id: 'r1' });
const TIME = '2026-11-23T12:00:00.000Z';

describe('The log of a run', () => {
  let events: WorkerEvents;
  let recorded: CapturedLine[];
  let appends: number;
  let failure: Error | null;
  let subscriber: RunLogSubscriber;

  beforeEach(() => {
    jest.useFakeTimers();
    events = new WorkerEvents();
    recorded = [];
    appends = 0;
    failure = null;
    const ledger: RunLogLedger = {
      append: async (lines) => {
        appends++;
        if (failure) throw failure;
        recorded.push(...lines);
      },
      read: async () => [],
    };
    subscriber = new RunLogSubscriber(events, ledger);
    events.emit('run.started', { run: RUN, at: new Date() });
  });

  afterEach(() => {
    jest.clearAllTimers();
    jest.useRealTimers();
  });

  const aLine = (msg: string, level = 'info') => JSON.stringify({ level, time: TIME, service: 'task-worker', msg });
  const log = (msg: string, runId = 'r1') => events.emit('log.line_written', { runId, line: `${aLine(msg)}\n` });
  const finish = async () => {
    events.emit('run.finished', { run: RUN, status: 'succeeded' });
    log('Run succeeded');
    await jest.advanceTimersByTimeAsync(SECOND / 10);
  };
  const messages = () => recorded.map(({ text }) => (JSON.parse(text) as { msg: string }).msg);
  const bytes = () => recorded.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);

  it('is recorded once a second while it goes on, with level and time', async () => {
    log('first');
    events.emit('log.line_written', { runId: 'r1', line: aLine('second', 'warn') });
    expect(recorded).toEqual([]);
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(recorded).toEqual([
      { runId: 'r1', at: new Date(TIME), level: 'info', text: aLine('first') },
      { runId: 'r1', at: new Date(TIME), level: 'warn', text: aLine('second', 'warn') },
    ]);
    expect(appends).toBe(1);
  });

  it('has what was logged of its start, before the event came here', async () => {
    log('Run started', 'r2');
    events.emit('run.started', { run: aRun({ id: 'r2' }), at: new Date() });
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(recorded).toMatchObject([{ runId: 'r2', text: aLine('Run started') }]);
  });

  it('has what is logged of its end', async () => {
    await finish();
    expect(messages()).toEqual(['Run succeeded']);
  });

  it('shares a commit with those of other runs that end at about the same time', async () => {
    for (const id of ['r1', 'r2', 'r3']) {
      const run = aRun({ id });
      events.emit('run.started', { run, at: new Date() });
      log('done', id);
      events.emit('run.finished', { run, status: 'succeeded' });
      await jest.advanceTimersByTimeAsync(10);
    }
    await jest.advanceTimersByTimeAsync(SECOND / 10);
    expect(recorded.map(({ runId }) => runId)).toEqual(['r1', 'r2', 'r3']);
    expect(appends).toBe(1);
  });

  it('is complete before the application ends', async () => {
    log('first');
    events.emit('run.finished', { run: RUN, status: 'succeeded' });
    log('Run succeeded');
    await Promise.resolve();
    await subscriber.onApplicationShutdown();
    expect(messages()).toEqual(['first', 'Run succeeded']);
  });

  it('keeps the first and the last of too many lines, and says how many it left out', async () => {
    for (let line = 1; line <= 2_000; line++) log(String(line));
    await finish();
    expect(recorded.length).toBe(1_001);
    expect(messages().slice(498, 503)).toEqual(['499', '500', '1001 lines were left out here', '1502', '1503']);
    expect(messages().at(-1)).toBe('Run succeeded');
  });

  it('keeps 256 KiB at most', async () => {
    for (let line = 1; line <= 500; line++) log('ä'.repeat(1_000));
    await finish();
    expect(bytes()).toBeLessThanOrEqual(257 * 1024);
    expect(bytes()).toBeGreaterThan(200 * 1024);
  });

  it('cuts a line of 1 MB, in no time', async () => {
    const from = performance.now();
    log('x'.repeat(1_000_000));
    events.emit('log.line_written', { runId: 'r1', line: '{"level":"'.repeat(100_000) });
    expect(performance.now() - from).toBeLessThan(100);
    await finish();
    expect(recorded[0]).toMatchObject({ level: 'info', at: new Date(TIME) });
    expect(recorded[0]?.text.length).toBeLessThan(5_000);
  });

  it('has no line of another run, nor of one that has ended', async () => {
    log('of another', 'r2');
    await finish();
    log('late');
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(messages()).toEqual(['Run succeeded']);
  });

  it('is lost where the ledger does not take it, and harms nothing', async () => {
    failure = new Error('disk full');
    log('lost');
    await jest.advanceTimersByTimeAsync(SECOND);
    failure = null;
    await finish();
    expect(messages()).toEqual(['Run succeeded']);
  });
});
