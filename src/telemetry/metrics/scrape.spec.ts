import { loadSettings } from '../../config/load-settings.js';
import { LedgerStatistics, type TaskStatistics } from '../../ledger/ledger-statistics.js';
import { claimOne, manualClaim, missedClaim, start } from '../../ledger/testing/claims.js';
import { MemoryLedger } from '../../ledger/testing/memory/memory-ledger.js';
import { TestClock } from '../../ledger/testing/test-clock.js';
import { UpstreamPolicies } from '../../data-api/policy/upstream-policy.js';
import { TaskQueries } from '../../ops/task.queries.js';
import type { SentRequest } from '../../runs/worker-event-map.js';
import { LedgerUnavailableError } from '../../runs/errors.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import type { RegisteredTask } from '../../worker/registry/registered-task.js';
import type { TaskRegistry } from '../../worker/registry/task-registry.js';
import { parseSchedule } from '../../worker/schedules/schedule.parser.js';
import { aRun } from '../../worker/testing/task-context.fake.js';
import { ProcessMetrics } from './process.metrics.js';
import { RunMetrics } from './run.metrics.js';
import { Scrape } from './scrape.js';
import { TaskMetrics } from './task.metrics.js';
import { UpstreamMetrics } from './upstream.metrics.js';

const HOST = 'http://data-api.test:8080';
const SECRET = 's3cret';

function task(name: string, schedule: string | null): RegisteredTask {
  return {
    name,
    task: {},
    schedule: schedule && parseSchedule(schedule, 'UTC'),
    catchUp: 'latest',
  } as unknown as RegisteredTask;
}

/** A ledger that can go away. */
class Statistics extends LedgerStatistics {
  failure: Error | undefined;

  constructor(private readonly ledger: MemoryLedger) {
    super();
  }

  override async tasks(): Promise<readonly TaskStatistics[]> {
    if (this.failure) throw this.failure;
    return this.ledger.statistics.tasks();
  }
}

describe('a scrape', () => {
  const settings = loadSettings({ DATA_API_URL: `${HOST}/base` });
  let clock: TestClock;
  let events: WorkerEvents;
  let ledger: MemoryLedger;
  let statistics: Statistics;
  let upstreams: UpstreamPolicies;
  let tasks: RegisteredTask[];
  let scrape: Scrape;

  beforeEach(() => {
    clock = new TestClock();
    events = new WorkerEvents();
    ledger = new MemoryLedger(clock);
    statistics = new Statistics(ledger);
    upstreams = new UpstreamPolicies(settings, events);
    tasks = [task('hourly', 'every 1h'), task('by_hand', null)];
    const registry = {
      all: () => tasks,
      find: (name: string) => tasks.find((candidate) => candidate.name === name),
    } as unknown as TaskRegistry;
    const queries = new TaskQueries(registry, ledger.history, ledger.commands, clock);
    scrape = new Scrape(
      new ProcessMetrics(events),
      new TaskMetrics(registry, queries, statistics, settings),
      new RunMetrics(events, registry),
      new UpstreamMetrics(events, upstreams, settings),
      events,
    );
  });

  const text = async (openMetrics = false) => (await scrape.read(openMetrics)).text;
  /** Values by series, without the buckets of histograms. */
  async function series(beginning: string): Promise<Record<string, number>> {
    const lines = (await text()).split('\n').filter((line) => line.startsWith(beginning) && !line.includes('_bucket'));
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    );
  }
  const request = (changes: Partial<SentRequest> = {}): SentRequest => {
    const sent = { host: HOST, method: 'GET', path: `/orders/${SECRET}`, attempt: 1, durationMs: 30 };
    return { ...sent, status: 200, problem: null, ...changes };
  };

  it('has the names of the contract, from the first one on', async () => {
    upstreams.of(HOST);
    const names = [...(await text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        ...['worker_info', 'worker_task_info', 'worker_task_runs_total', 'worker_task_run_duration_seconds'],
        ...[
          'worker_task_start_delay_seconds',
          'worker_task_runs_active',
          'worker_task_paused',
          'worker_task_missed_runs_total',
        ],
        ...['worker_task_last_run_timestamp_seconds', 'worker_task_last_success_timestamp_seconds'],
        ...['worker_task_next_run_timestamp_seconds', 'worker_task_last_run_success', 'worker_task_items_total'],
        ...['worker_task_items_quarantined', 'http_client_request_duration_seconds', 'worker_upstream_retries_total'],
        ...['worker_upstream_concurrency_limit', 'worker_upstream_rate_limit', 'worker_upstream_circuit_open'],
        ...[
          'worker_ledger_commit_duration_seconds',
          'worker_log_lines_dropped_total',
          'process_cpu_seconds_total',
          'process_resident_memory_bytes',
        ],
      ]),
    );
  });

  it('begins at 0 with every outcome that can occur', async () => {
    const runs = await series('worker_task_runs_total');
    expect(Object.keys(runs)).toHaveLength(6 * 4 + 1 + 6 * 2);
    expect(runs['worker_task_runs_total{task="hourly",outcome="failed",trigger="schedule"}']).toBe(0);
    expect(runs['worker_task_runs_total{task="by_hand",outcome="failed",trigger="schedule"}']).toBeUndefined();
    expect(await series('worker_task_missed_runs_total{task="hourly"')).toEqual(
      Object.fromEntries(
        ['down', 'late', 'schedule_changed', 'catch_up_bound'].map((reason) => [
          `worker_task_missed_runs_total{task="hourly",reason="${reason}"}`,
          0,
        ]),
      ),
    );
    expect(await series('worker_task_run_duration_seconds_count{task="hourly"')).toMatchObject({
      'worker_task_run_duration_seconds_count{task="hourly",outcome="timed_out"}': 0,
    });
    expect(await series('worker_upstream_retries_total')).toEqual({
      'worker_upstream_retries_total{server_address="data-api.test"}': 0,
    });
  });

  it('takes from the ledger what has become of a task', async () => {
    const execution = await start(ledger.runs, manualClaim('hourly'));
    await ledger.runs.finish(execution, { status: 'failed' });
    await claimOne(ledger.runs, missedClaim('hourly', clock.now(), 'down'));
    const at = clock.now().getTime() / 1_000;
    expect(await series('worker_task_')).toMatchObject({
      'worker_task_runs_total{task="hourly",outcome="failed",trigger="manual"}': 1,
      'worker_task_runs_total{task="hourly",outcome="missed",trigger="schedule"}': 1,
      'worker_task_missed_runs_total{task="hourly",reason="down"}': 1,
      'worker_task_last_run_timestamp_seconds{task="hourly"}': at,
      'worker_task_last_run_success{task="hourly"}': 0,
    });
    expect(await series('worker_task_last_success')).toEqual({});
  });

  it('tells when a task is due next, and nothing of one that never is', async () => {
    const next = Math.floor(clock.now().getTime() / 3_600_000 + 1) * 3_600;
    expect(await series('worker_task_next_run')).toEqual({
      'worker_task_next_run_timestamp_seconds{task="hourly"}': next,
    });
  });

  it('tells which tasks are paused', async () => {
    const actor = { name: 'somebody', role: 'operator', via: 'cli' } as const;
    const command = { action: 'pause', task: 'hourly', until: null } as const;
    await ledger.commands.perform({ command, actor, address: null, reason: null, idempotencyKey: null });
    expect(await series('worker_task_paused')).toEqual({
      'worker_task_paused{task="hourly"}': 1,
      'worker_task_paused{task="by_hand"}': 0,
    });
    expect(await series('worker_task_next_run')).toEqual({});
  });

  it('measures runs, and forgets one that ends elsewhere', async () => {
    const slot = new Date('2026-11-23T12:00:00Z');
    const startedAt = new Date(slot.getTime() + 40);
    const run = aRun({ id: 'one', task: 'hourly', trigger: 'schedule', slot, startedAt });
    events.emit('run.started', { run, at: slot });
    events.emit('run.started', { run: { ...run, id: 'two', attempt: 2 }, at: slot });
    expect(await series('worker_task_runs_active{task="hourly"')).toEqual({
      'worker_task_runs_active{task="hourly"}': 2,
    });
    const ended = {
      ...run,
      status: 'succeeded',
      finishedAt: new Date(startedAt.getTime() + 9_000),
      durationMs: 2_000,
    } as const;
    events.emit('run.finished', { run: ended, status: 'succeeded' });
    events.emit('run.lost', { run: { ...run, id: 'two' } });
    const seen = await series('worker_task_');
    expect(seen).toMatchObject({
      'worker_task_runs_active{task="hourly"}': 0,
      'worker_task_start_delay_seconds_sum{task="hourly"}': 0.04,
      'worker_task_start_delay_seconds_count{task="hourly"}': 1,
      'worker_task_run_duration_seconds_sum{task="hourly",outcome="succeeded"}': 2,
    });
    expect(await text(true)).toMatch(/le="5",task="hourly",outcome="succeeded"\} 1 # \{run_id="one"\} 2 \d/);
  });

  it('measures requests by method, host, status and kind of error', async () => {
    events.emit('request.sent', request());
    events.emit('request.sent', request({ method: 'BREW', status: 503, problem: 'status' }));
    events.emit('request.sent', request({ status: null, problem: 'no answer' }));
    events.emit('request.retried', { ...request(), delayMs: 1, error: SECRET });
    expect(Object.keys(await series('http_client_request_duration_seconds_count'))).toEqual(
      [
        'http_request_method="GET",server_address="data-api.test",http_response_status_code="200",error_type=""',
        'http_request_method="_OTHER",server_address="data-api.test",http_response_status_code="503",error_type="503"',
        'http_request_method="GET",server_address="data-api.test",http_response_status_code="",error_type="no_answer"',
      ].map((labels) => `http_client_request_duration_seconds_count{${labels}}`),
    );
    expect(await series('worker_upstream_retries')).toEqual({
      'worker_upstream_retries_total{server_address="data-api.test"}': 1,
    });
  });

  it('tells the rate of an upstream once one is known', async () => {
    const policy = upstreams.of(HOST);
    expect(await series('worker_upstream_rate')).toEqual({});
    Object.defineProperty(policy, 'requestsPerSecond', { value: 40 });
    expect(await series('worker_upstream_rate')).toEqual({
      'worker_upstream_rate_limit{server_address="data-api.test"}': 40,
    });
  });

  it('has no id, address, message or secret in any label (canary)', async () => {
    const error = { name: SECRET, message: SECRET, code: SECRET };
    const run = aRun({ id: SECRET, task: 'hourly', status: 'failed', reason: SECRET, result: SECRET, error });
    events.emit('run.started', { run, at: new Date() });
    events.emit('run.finished', { run: { ...run, finishedAt: new Date() }, status: 'failed' });
    events.emit('run.finished', { run: { ...run, task: SECRET, finishedAt: new Date() }, status: 'failed' });
    for (let host = 0; host < 100; host++) {
      events.emit('request.sent', request({ host: `http://me:${SECRET}@host-${host}/${SECRET}?key=${SECRET}` }));
    }
    events.emit('request.sent', request({ method: SECRET }));
    events.emit('request.retried', { ...request({ host: SECRET }), delayMs: 1, error: SECRET });
    const cancelled = await start(ledger.runs, manualClaim('hourly'));
    await ledger.runs.finish(cancelled, { status: 'cancelled', reason: SECRET });
    await claimOne(ledger.runs, missedClaim('hourly', clock.now(), SECRET));
    const exposed = await text();
    expect(exposed).not.toContain(SECRET);
    expect(new Set(exposed.match(/server_address="[^"]*"/g)).size).toBe(33);
  });

  it('counts the log lines that were dropped', async () => {
    for (let line = 0; line < 3; line++) events.emit('log.line_dropped', {});
    expect(await series('worker_log_lines')).toEqual({ worker_log_lines_dropped_total: 3 });
  });

  it('refuses what is not a duration', async () => {
    for (const durationMs of [Number.NaN, -1, Infinity]) {
      events.emit('request.sent', request({ durationMs }));
      events.emit('ledger.committed', { durationMs });
    }
    events.emit('ledger.committed', { durationMs: 500 });
    expect(await text()).not.toMatch(/nan/i);
    expect(await series('worker_ledger_commit')).toEqual({
      worker_ledger_commit_duration_seconds_sum: 0.5,
      worker_ledger_commit_duration_seconds_count: 1,
    });
  });

  it('leaves the ledger out until it has been read, and keeps what it said when it goes away', async () => {
    statistics.failure = new LedgerUnavailableError('the ledger is not open');
    expect(await series('worker_task_runs_total')).toEqual({});
    expect(await series('worker_task_next_run')).not.toEqual({});
    statistics.failure = undefined;
    const before = await series('worker_task_runs_total');
    statistics.failure = new LedgerUnavailableError('disk full');
    expect(await series('worker_task_runs_total')).toEqual(before);
  });

  it('goes on without a source that is broken, and tells of it once', async () => {
    const told: unknown[] = [];
    events.on('subscriber.failed', (failure) => told.push(failure));
    const { all } = upstreams;
    upstreams.all = () => {
      throw new Error('broken');
    };
    for (let count = 0; count < 2; count++) expect(await series('worker_task_info')).not.toEqual({});
    expect(told).toEqual([{ event: 'a scrape of /metrics', error: new Error('broken') }]);
    upstreams.all = all;
    expect(await series('worker_upstream_retries')).not.toEqual({});
  });

  it('is shared by those who ask at the same time', async () => {
    const [one, other] = [scrape.read(false), scrape.read(false)];
    expect(one).toBe(other);
    await one;
    expect(scrape.read(false)).not.toBe(one);
  });
});
