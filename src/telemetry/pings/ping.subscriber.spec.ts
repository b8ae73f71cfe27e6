import { jest } from '@jest/globals';
import { loadSettings } from '../../config/load-settings.js';
import type { Run, RunOutcome } from '../../runs/run.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { aRun } from '../../worker/testing/task-context.fake.js';
import type { Letter, OutboundPost } from '../outbound/outbound-post.js';
import { PingSubscriber } from './ping.subscriber.js';

const TOKEN = 's3cret-token';
const PING = 'https://hc.test/ping-s3cret?team=a';
const ID = '01930000-0000-7000-8000-000000000001';

describe('PingSubscriber', () => {
  let events: WorkerEvents;
  let sent: [url: string, body: string][];
  let answer: () => Promise<void>;

  function subscribe(environment: Record<string, string>): PingSubscriber {
    const settings = loadSettings({ DATA_API_URL: 'http://api.test', DATA_API_TOKEN: TOKEN, ...environment });
    const send = ({ url, body }: Letter) => {
      sent.push([url, body]);
      return answer();
    };
    return new PingSubscriber(events, { send } as unknown as OutboundPost, settings);
  }

  beforeEach(() => {
    jest.useFakeTimers();
    events = new WorkerEvents();
    sent = [];
    answer = async () => {};
  });
  afterEach(() => void jest.useRealTimers());

  async function end(status: RunOutcome['status'], changes: Partial<Run> = {}): Promise<void> {
    const run = aRun({ task: 'some_task', durationMs: 41_200, ...changes, status });
    events.emit('run.finished', { run, status });
    await jest.advanceTimersByTimeAsync(0);
  }

  it('pings the start, and the success with its duration and items', async () => {
    subscribe({ TASK_SOME_TASK_PING_URL: PING });
    events.emit('run.started', { run: aRun({ task: 'some_task', trigger: 'schedule' }), at: new Date() });
    await end('succeeded', { items: { total: 9, succeeded: 9, failed: 0, skipped: 0 } });
    expect(sent).toEqual([
      [`https://hc.test/ping-s3cret/start?team=a&rid=${ID}`, `some_task started (schedule)\nrun ${ID}\n`],
      [
        `https://hc.test/ping-s3cret?team=a&rid=${ID}`,
        `some_task succeeded after 41.2 s\nitems: 9 succeeded, 0 failed of 9\nrun ${ID}\n`,
      ],
    ]);
  });

  it('pings a failure with its reason, secrets masked and without what was answered', async () => {
    subscribe({ TASK_SOME_TASK_PING_URL: PING });
    const message = `GET http://api.test/orders/7 answered 500: "${TOKEN}"`;
    await end('failed', { error: { name: 'E', message, code: 'HTTP_500' } });
    await end('cancelled', { reason: `not today ${TOKEN} ${PING}` });
    expect(sent).toEqual([
      [
        `https://hc.test/ping-s3cret/fail?team=a&rid=${ID}`,
        `some_task failed after 41.2 s\nGET api.test answered 500 (HTTP_500)\nrun ${ID}\n`,
      ],
      [
        expect.stringContaining('/fail?'),
        `some_task cancelled after 41.2 s\nnot today [redacted] [redacted]\nrun ${ID}\n`,
      ],
    ]);
  });

  it('takes a partial run for a success, and waits for the end of an interrupted one', async () => {
    subscribe({ TASK_SOME_TASK_PING_URL: PING });
    events.emit('run.started', { run: aRun({ task: 'some_task', attempt: 2 }), at: new Date() });
    await end('interrupted');
    expect(sent).toEqual([]);
    await end('partial');
    expect(sent).toEqual([[expect.not.stringContaining('/fail'), expect.stringContaining('some_task partial')]]);
  });

  it('listens to nothing where no task has an address, and leaves others alone', async () => {
    subscribe({});
    expect(events.isWatched('run.started')).toBe(false);
    subscribe({ TASK_OTHER_TASK_PING_URL: PING });
    await end('succeeded');
    expect(sent).toEqual([]);
  });

  it('tells of a ping that it gives up, and closes within 2 s', async () => {
    const failed: unknown[] = [];
    events.on('ping.failed', (event) => failed.push(event));
    const subscriber = subscribe({ TASK_SOME_TASK_PING_URL: PING });
    const error = new Error('refused');
    answer = () => Promise.reject(error);
    await end('succeeded');
    await subscriber.onApplicationShutdown();
    expect(failed).toEqual([{ task: 'some_task', error }]);
  });
});
