import { jest } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';
import { pino } from 'pino';
import { loadSettings } from '../config/load-settings.js';
import { loggerOptions } from '../logging/logger-options.js';
import { WorkerLogger } from '../logging/worker.logger.js';
import type { WorkerEventMap, WorkerEventName } from '../runs/worker-event-map.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { FakeRunLedger } from '../ledger/testing/run-ledger.fake.js';
import type { Run } from '../runs/run.js';
import { anExecution, aRun } from '../worker/testing/task-context.fake.js';
import { BaseTask } from '../worker/authoring/base.task.js';
import type { TaskContext } from '../worker/authoring/task-context.js';
import { TaskRunner } from '../worker/execution/task-runner.js';
import { LogSubscriber } from './log.subscriber.js';
import { NOTHING_USUAL } from '../worker/testing/usual-runs.fake.js';

type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal';
type Line = readonly [level: Level, context: string, message: unknown];

const slot = new Date('2026-11-23T12:30:00.000Z');
const run = aRun({ id: 'run-1', task: 'some_task', trigger: 'schedule', slot, startedAt: slot });
const inRun = { run: 'run-1', task: 'some_task', attempt: 1, slot: slot.toISOString() };
const error = new TypeError('boom');
const host = 'http://data-api.test';
const settings = loadSettings({ DATA_API_URL: `${host}/base`, BILLING_API_URL: 'https://billing.test' }, undefined, {
  registered: new Set(['billing']),
  injected: new Set(),
});
const item = { runId: 'run-1', task: 'some_task', itemId: 'order-1' };
const request = { host, method: 'GET', path: '/orders', attempt: 1, durationMs: 3, status: 503, problem: 'status' };
const failure = { name: 'TypeError', message: 'boom', code: 'ERROR' };

/** An event of each kind, and the line that it leaves; null: none. */
const LINES: { readonly [Name in WorkerEventName]: readonly [WorkerEventMap[Name], Line | null] } = {
  'run.started': [
    { run, at: slot },
    ['info', 'some_task', { msg: 'Run started', trigger: 'schedule', at: slot.toISOString() }],
  ],
  'run.progressed': [
    { runId: 'run-1', task: 'some_task', items: { total: 1, succeeded: 1, failed: 0, skipped: 0 } },
    null,
  ],
  'run.finished': [
    {
      run: { ...run, status: 'succeeded', result: { done: 3 }, finishedAt: new Date(slot.getTime() + 70) },
      status: 'succeeded',
    },
    [
      'info',
      'some_task',
      { msg: 'Run succeeded', status: 'succeeded', durationMs: 70, result: { done: 3 }, items: null },
    ],
  ],
  'run.rest_left': [
    { runId: 'run-1', task: 'some_task', items: { total: 1, succeeded: 1, failed: 0, skipped: 0 } },
    [
      'info',
      'some_task',
      {
        msg: 'Deadline is near; leaving the rest of the list to the next run',
        run: 'run-1',
        task: 'some_task',
        items: { total: 1, succeeded: 1, failed: 0, skipped: 0 },
      },
    ],
  ],
  'run.helped': [
    { run: { ...run, worker: 'host-1/4711' } },
    ['info', 'some_task', { msg: 'Processing items of a run that another replica holds', holder: 'host-1/4711' }],
  ],
  'run.help_ended': [
    { run, items: 7 },
    ['info', 'some_task', { msg: 'Processed items of a run that another replica holds', processed: 7 }],
  ],
  'run.resumed': [{ run }, ['warn', 'some_task', { msg: 'Resuming an interrupted run', ...inRun }]],
  'run.lost': [
    { run },
    ['warn', 'some_task', { msg: 'Another process has taken the run over; it stops here', ...inRun }],
  ],
  'run.unrecorded': [
    { run, error },
    [
      'error',
      'some_task',
      { msg: 'Cannot record the end of the run; the next start resumes it', ...inRun, err: error },
    ],
  ],
  'run.blocked': [
    { run, error },
    ['error', 'some_task', { msg: 'Cannot record the run; retrying every second', err: error }],
  ],
  'run.signal_ignored': [
    { run, graceMs: 250 },
    ['warn', 'some_task', { msg: 'Task ignored its abort signal for 250 ms; ending the run without it' }],
  ],
  'run.settled_late': [
    { run, failed: true },
    ['warn', 'some_task', { msg: 'Task settled after its run had ended; result ignored', failed: true }],
  ],
  'run.start_failed': [
    { task: 'some_task', error },
    ['error', 'some_task', { msg: 'Cannot start a queued run; it stays queued', task: 'some_task', err: error }],
  ],
  'run.error_escaped': [
    { kind: 'rejection', error },
    ['error', 'Process', { msg: 'Unhandled rejection; the task left it behind, the run goes on', err: error }],
  ],
  'slot.skipped': [
    { run: { ...run, status: 'skipped', reason: 'overlap' } },
    ['info', 'some_task', { msg: 'Slot skipped', reason: 'overlap', ...inRun }],
  ],
  'slot.missed': [
    { run: { ...run, status: 'missed', reason: 'late' } },
    ['warn', 'some_task', { msg: 'Slot missed', reason: 'late', ...inRun }],
  ],
  'slot.rejected': [
    { task: 'some_task', error },
    ['error', 'Ledger', { msg: 'Cannot record a claimed run; it does not take place', task: 'some_task', err: error }],
  ],
  'item.failed': [
    { ...item, attempts: 3, error: failure },
    ['warn', 'some_task', { msg: 'Item failed', item: 'order-1', attempts: 3, error: failure }],
  ],
  'item.recovered': [item, null],
  'item.quarantined': [{ ...item, until: slot }, null],
  'request.sent': [request, null],
  'request.retried': [
    { ...request, delayMs: 199.6, error: 'answered 503' },
    [
      'debug',
      'DataApi',
      { msg: 'Retrying', method: 'GET', target: '/orders', attempt: 1, delay: 200, error: 'answered 503' },
    ],
  ],
  'upstream.paused': [
    { host, pauseMs: 2_500 },
    ['warn', 'DataApi', { msg: 'Data API sent Retry-After; pausing requests', host, seconds: 3 }],
  ],
  'upstream.opened': [
    { host, error: 'answered 503' },
    ['warn', 'DataApi', { msg: 'Data API is down; requests wait for it', host, error: 'answered 503' }],
  ],
  'upstream.closed': [{ host }, ['info', 'DataApi', { msg: 'Data API is back', host }]],
  'scheduler.armed': [
    {
      tasks: [
        { name: 'often', schedule: 'every 5m', next: slot },
        { name: 'never', schedule: '0 0 30 2 *', next: null },
      ],
    },
    [
      'info',
      'TaskScheduler',
      '2 tasks armed: often (every 5m, next 2026-11-23T12:30:00.000Z), never (0 0 30 2 *, next never)',
    ],
  ],
  'scheduler.blocked': [
    { error },
    ['error', 'TaskScheduler', { msg: 'Cannot record due slots; retrying every second', err: error }],
  ],
  'scheduler.unblocked': [{}, ['info', 'TaskScheduler', 'Recording due slots again']],
  'scheduler.clock_set_back': [
    { byMs: 59 * 60_000 },
    ['warn', 'TaskScheduler', 'The clock was set back by 59m or more; slots that have their run are not run again'],
  ],
  'engine.takeover_failed': [
    { error },
    ['warn', 'TaskEngine', { msg: 'Cannot look for runs to take over; trying again in a minute', err: error }],
  ],
  'engine.queue_failed': [
    { error },
    ['warn', 'TaskEngine', { msg: 'Cannot offer waiting runs to other replicas; they look every second', err: error }],
  ],
  'commands.blocked': [
    { error },
    ['warn', 'CommandWatch', { msg: 'Cannot carry out commands; trying again every half a second', err: error }],
  ],
  'upstream.sharing_failed': [
    { error },
    ['warn', 'DataApi', { msg: 'Cannot share limits with other replicas; trying again every second', err: error }],
  ],
  'log.line_written': [{ runId: 'r1', line: '{}' }, null],
  'ledger.unreachable': [
    { error },
    ['warn', 'Ledger', { msg: 'Cannot open the ledger; trying again every second until it is there', err: error }],
  ],
  'ledger.created': [{ file: '/data/worker.db' }, ['info', 'Ledger', 'Created a new ledger in /data/worker.db']],
  'ledger.committed': [{ durationMs: 3 }, null],
  'ledger.pruned': [{ runs: 3 }, ['debug', 'Ledger', 'Pruned 3 runs from the history']],
  'ledger.prune_failed': [
    { error },
    ['warn', 'Ledger', { msg: 'Cannot prune the history; trying again in an hour', err: error }],
  ],
  'configuration.read': [
    { environmentFile: '/srv/worker/.env', warnings: [] },
    ['info', 'Configuration', 'Read /srv/worker/.env beside the environment'],
  ],
  'worker.started': [{}, ['info', 'WorkerLifecycle', 'Worker ready']],
  'worker.draining': [{}, ['info', 'WorkerLifecycle', 'Draining']],
  'worker.lost': [
    {},
    ['warn', 'WorkerLifecycle', 'Other replicas took this process for dead and its runs over; beginning anew'],
  ],
  'worker.clock_off': [
    { offsetMs: -300_000 },
    ['warn', 'WorkerLifecycle', "The clock of this machine is 5m ahead of the ledger's database; using its time"],
  ],
  'worker.stopped': [{}, ['info', 'WorkerLifecycle', 'Worker stopped']],
  'service.listening': [{ url: host }, ['info', 'Service', `Listening on ${host}`]],
  'service.stop_failed': [
    { error },
    ['error', 'Service', { msg: 'Cannot record everything before the stop; the next start recovers it', err: error }],
  ],
  'service.stop_timed_out': [{}, ['warn', 'Service', 'The stop took too long; the next start resumes what is left']],
  'ops.request_failed': [{ error }, ['error', 'OpsApi', { msg: 'A request to the ops API failed', err: error }]],
  'process.failed': [
    { kind: 'exception', error },
    ['fatal', 'Process', { msg: 'Uncaught exception; the process ends', err: error }],
  ],
  'log.line_dropped': [{}, null],
  'log.restored': [{ lines: 3 }, ['warn', 'Log', { msg: 'The log could not be written; lines were lost', lines: 3 }]],
  'alert.failed': [{ error }, ['warn', 'Alerts', { msg: 'Cannot judge or tell alerts; trying again', err: error }]],
  'traces.failed': [
    { error },
    ['warn', 'Traces', { msg: 'Cannot send traces to the collector; dropping spans, runs go on', err: error }],
  ],
  'ping.failed': [
    { task: 'some_task', error },
    [
      'warn',
      'Ping',
      { msg: 'Cannot tell the ping URL of a run; the run is not affected', task: 'some_task', err: error },
    ],
  ],
  'subscriber.failed': [
    { event: 'run.started', error },
    ['error', 'Process', { msg: 'A listener failed to handle run.started; it stays subscribed', err: error }],
  ],
};

describe('The log', () => {
  let events: WorkerEvents;
  let lines: Line[];
  const messages = () =>
    lines.map(([, , message]) => (typeof message === 'string' ? message : (message as { msg: string }).msg));

  beforeEach(() => {
    events = new WorkerEvents();
    lines = [];
    Logger.overrideLogger(writingTo((line) => lines.push(line)));
    new LogSubscriber(events, settings);
  });
  afterAll(() => void Logger.overrideLogger(true));

  it.each(Object.entries(LINES))('has the line of %s', async (name, [event, line]) => {
    events.emit(name as WorkerEventName, event);
    await Promise.resolve();
    expect(lines).toEqual(line ? [line] : []);
  });

  it.each([
    ['partial', 'warn', null],
    ['cancelled', 'warn', null],
    ['interrupted', 'warn', null],
    ['failed', 'error', failure],
    ['timed_out', 'error', failure],
  ] as const)('says at what level a run has %s', (status, level, error) => {
    events.emit('run.finished', { run: { ...run, status, reason: 'why', error }, status });
    const end = {
      msg: `Run ${status}`,
      status,
      result: null,
      items: null,
      reason: 'why',
      ...(error && { error }),
    };
    expect(lines).toEqual([[level, 'some_task', end]]);
  });

  it('says where an error arose that the task or the work on an item threw', () => {
    const stack = 'TypeError: oops\n    at SomeTask.execute (some.task.js:1:2)';
    events.emit('run.finished', { run: { ...run, status: 'failed', error: failure }, status: 'failed', stack });
    events.emit('item.failed', { ...item, attempts: 1, error: failure, stack });
    expect(lines.map(([, , line]) => line)).toEqual([
      expect.objectContaining({ msg: 'Run failed', error: { ...failure, stack } }),
      expect.objectContaining({ msg: 'Item failed', error: { ...failure, stack } }),
    ]);
  });

  it('names the first twenty failed items of a run, and says that it leaves it at that', () => {
    const fail = (runId: string) => events.emit('item.failed', { ...item, runId, attempts: 1, error: failure });
    for (let failed = 0; failed < 100; failed++) fail('run-1');
    fail('run-2');
    expect(messages()).toEqual([
      ...Array.from({ length: 20 }, () => 'Item failed'),
      'More items failed; further ones of this run are only recorded',
      'Item failed',
    ]);
  });

  it.each(['run.finished', 'run.lost', 'run.unrecorded'] as const)('counts failed items anew after %s', (end) => {
    for (let failed = 0; failed < 30; failed++) events.emit('item.failed', { ...item, attempts: 1, error: failure });
    events.emit(end, { run, status: 'partial', error });
    lines.length = 0;
    events.emit('item.failed', { ...item, attempts: 1, error: failure });
    expect(messages()).toEqual(['Item failed']);
  });

  it('has one line for the slots that a task has missed at once', async () => {
    const missed = (task: string, minute: number): Run =>
      aRun({
        task,
        slot: new Date(slot.getTime() + minute * 60_000),
        status: 'missed',
        reason: 'down',
      });
    for (let minute = 0; minute < 100; minute++) events.emit('slot.missed', { run: missed('often', minute) });
    events.emit('slot.missed', { run: missed('rarely', 0) });
    await Promise.resolve();
    expect(lines).toMatchObject([
      ['warn', 'often', { msg: '100 slots missed', slot: slot.toISOString(), reason: 'down' }],
      ['warn', 'rarely', { msg: 'Slot missed' }],
    ]);
    events.emit('slot.missed', { run: missed('often', 100) });
    await Promise.resolve();
    expect(messages().slice(2)).toEqual(['Slot missed']);
  });

  it('names the first ten of very many armed tasks', () => {
    const tasks = Array.from({ length: 1_000 }, (_, index) => ({
      name: `task_${index}`,
      schedule: 'every 1h',
      next: slot,
    }));
    events.emit('scheduler.armed', { tasks });
    expect(messages()).toEqual([expect.stringMatching(/^1000 tasks armed: task_0 .*task_9 \(.*\), and 990 more$/)]);
  });

  it('leaves the changes of a dry run to its record', () => {
    const result = { heldBack: 1, changes: [{ method: 'POST', path: '/a' }], result: 3 };
    events.emit('run.finished', { run: { ...run, status: 'succeeded', dryRun: true, result }, status: 'succeeded' });
    expect(lines).toEqual([['info', 'some_task', expect.objectContaining({ result: { heldBack: 1, result: 3 } })]]);
  });

  it('calls each API by its name, and another host an upstream', () => {
    events.emit('upstream.closed', { host: 'https://billing.test' });
    events.emit('upstream.paused', { host: 'https://elsewhere.test', pauseMs: 2_000 });
    expect(messages()).toEqual(['API billing is back', 'Upstream sent Retry-After; pausing requests']);
  });

  it('passes over short pauses, and over a clock that is only kept in step', () => {
    events.emit('upstream.paused', { host, pauseMs: 1_000 });
    events.emit('scheduler.clock_set_back', { byMs: 999 });
    expect(lines).toEqual([]);
  });
});

class DeafTask extends BaseTask {
  readonly name = 'some_task';

  constructor(private readonly beginning: (context: TaskContext) => void) {
    super();
  }

  async execute(context: TaskContext): Promise<void> {
    this.beginning(context);
    await new Promise(() => {});
  }
}

describe('The log of a run', () => {
  let events: WorkerEvents;

  beforeEach(() => {
    jest.useFakeTimers();
    events = new WorkerEvents();
    new LogSubscriber(events, settings);
  });
  afterEach(() => void jest.useRealTimers());
  afterAll(() => void Logger.overrideLogger(true));

  const execute = async (beginning: (context: TaskContext) => void): Promise<Run> => {
    const task = new DeafTask(beginning);
    const registered = { ...task, task, name: task.name, schedule: null, delay: 0, concurrency: 1, ownSettings: [] };
    const idle = new AbortController().signal;
    const control = { abort: new AbortController(), stopping: idle, abandoned: idle };
    const ledger = new FakeRunLedger();
    jest.spyOn(ledger, 'finish').mockImplementation(async (_, { status }) => ({ ...run, status }));
    const end = new TaskRunner(ledger, events, NOTHING_USUAL).run(registered, anExecution(run), control);
    await jest.advanceTimersByTimeAsync(task.timeout + 250);
    return end;
  };

  it('carries the run on every line, the first and the last included', async () => {
    const lines: Record<string, unknown>[] = [];
    const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
    Logger.overrideLogger(new WorkerLogger(pino(loggerOptions(loadSettings({ DATA_API_URL: host })), destination)));
    await execute(({ logger }) => void logger.log('Working'));
    expect(lines.map(({ msg }) => msg)).toEqual([
      'Run started',
      'Working',
      'Task ignored its abort signal for 250 ms; ending the run without it',
      'Run timed_out',
    ]);
    for (const line of lines) expect(line).toMatchObject({ ...inRun, context: 'some_task' });
  });

  it.each<[string, () => unknown]>([
    [
      'fails',
      () => {
        throw new Error('no space left on device');
      },
    ],
    ['never answers', () => new Promise(() => {})],
  ])('costs a run nothing when it %s', async (_, write) => {
    Logger.overrideLogger(writingTo(write));
    events.emit('slot.missed', { run });
    expect(await execute(() => {})).toMatchObject({ status: 'timed_out' });
  });
});

/** A logger of Nest's that hands over each line. */
function writingTo(write: (line: Line) => unknown): LoggerService {
  const at =
    (level: Level) =>
    (message: unknown, ...rest: unknown[]) =>
      write([level, rest.at(-1) as string, message]);
  return { debug: at('debug'), log: at('info'), warn: at('warn'), error: at('error'), fatal: at('fatal') };
}
