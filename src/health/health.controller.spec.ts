import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { loadSettings } from '../config/load-settings.js';
import type { Environment } from '../config/settings.js';
import { workerConfig } from '../config/worker.config.js';
import { Clock } from '../time/clock.js';
import { DependencyMonitor, type DependencyState } from './dependency-monitor.js';
import { Lease } from '../ledger/lease.js';
import { LedgerConnection, type LedgerState } from '../ledger/ledger-connection.js';
import type { RegisteredTask } from '../worker/registry/registered-task.js';
import { CommandLedger } from '../ledger/command-ledger.js';
import { RunHistory, type TaskOverview } from '../ledger/run-history.js';
import { IntervalSchedule } from '../worker/schedules/interval.schedule.js';
import { type EnginePhase, TaskEngine } from '../worker/task-engine.js';
import { TaskCatalogue } from '../worker/registry/task-catalogue.js';
import { TaskScheduler } from '../worker/scheduler/task-scheduler.js';
import { WorkerLifecycle, type WorkerPhase } from '../worker/worker-lifecycle.js';
import { HealthModule } from './health.module.js';

/** What the endpoints look at, as a healthy worker shows it; a test changes what it is about. */
const healthy = () => ({
  phase: 'ready' as WorkerPhase,
  engine: 'accepting' as EnginePhase,
  ledger: { writable: true, problem: null } as LedgerState,
  lease: { problem: null } as Pick<Lease, 'problem'>,
  ledgerChecks: 0,
  dataApi: { name: 'data_api', status: 'up', detail: {} } as DependencyState,
  lastBeatAt: new Date(),
  overview: new Map<string, TaskOverview>(),
});

const sample: Partial<RegisteredTask> = { name: 'sample', schedule: new IntervalSchedule(60_000), timeout: 60_000 };

interface Answer {
  readonly code: number;
  readonly status: string;
  readonly details: Record<string, Record<string, unknown>>;
}

describe('the health endpoints', () => {
  let world = healthy();
  let app: INestApplication;

  beforeEach(async () => {
    world = healthy();
    app = await createApplication();
  });
  afterEach(() => app.close());

  async function createApplication(environment: Environment = {}): Promise<INestApplication> {
    const fakes = new Map<unknown, unknown>([
      [Clock, new Clock()],
      [workerConfig.KEY, loadSettings({ DATA_API_URL: 'http://127.0.0.1:9', ...environment })],
      [
        WorkerLifecycle,
        {
          get phase() {
            return world.phase;
          },
        },
      ],
      [
        TaskEngine,
        {
          get phase() {
            return world.engine;
          },
        },
      ],
      [
        TaskScheduler,
        {
          get heartbeat() {
            return { lastBeatAt: world.lastBeatAt };
          },
        },
      ],
      [
        Lease,
        {
          get problem() {
            return world.lease.problem;
          },
        },
      ],
      [LedgerConnection, { check: async () => ((world.ledgerChecks += 1), world.ledger) }],
      [DependencyMonitor, { states: () => [world.dataApi] }],
      [RunHistory, { overview: async () => world.overview }],
      [CommandLedger, { pauses: async () => [] }],
      [TaskCatalogue, { all: () => [sample] }],
    ]);
    const module = await Test.createTestingModule({ imports: [HealthModule] })
      .useMocker((token) => fakes.get(token) ?? {})
      .compile();
    const created = module.createNestApplication({ forceCloseConnections: true, logger: false });
    await created.listen(0, '127.0.0.1');
    return created;
  }

  async function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${await app.getUrl()}/health${path}`, { headers });
    return { code: response.status, ...((await response.json()) as Omit<Answer, 'code'>) };
  }

  it('are all fine on a healthy worker', async () => {
    for (const path of ['/live', '/startup', '/ready', '']) {
      expect(await ask(path)).toMatchObject({ code: 200, status: 'ok' });
    }
  });

  it.each(['starting', 'draining', 'stopped'] as const)('are not ready, but alive, while %s', async (phase) => {
    world.phase = phase;
    expect(await ask('/ready')).toMatchObject({
      code: 503,
      status: 'error',
      details: { worker: { phase, status: 'down' } },
    });
    expect(await ask('/live')).toMatchObject({ code: 200 });
  });

  it('report the start as complete from ready on, also in a drain', async () => {
    world.phase = 'starting';
    expect(await ask('/startup')).toMatchObject({ code: 503 });
    world.phase = 'draining';
    expect(await ask('/startup')).toMatchObject({ code: 200 });
  });

  it('are not ready when the engine takes nothing', async () => {
    world.engine = 'draining';
    expect(await ask('/ready')).toMatchObject({ code: 503, details: { worker: { engine: 'draining' } } });
  });

  it('are not ready, but alive, when the ledger cannot be written, and tell why', async () => {
    world.ledger = { writable: false, problem: 'disk full: make room' };
    expect(await ask('/ready')).toMatchObject({
      code: 503,
      details: { ledger: { status: 'down', message: 'disk full: make room' } },
    });
    expect(await ask('/live')).toMatchObject({ code: 200 });
  });

  it('are not ready, but alive, while the lease is not held, and tell why', async () => {
    world.lease = { problem: 'no connection: it pauses' };
    expect(await ask('/ready')).toMatchObject({
      code: 503,
      details: { lease: { status: 'down', message: 'no connection: it pauses' } },
    });
    expect(await ask('/live')).toMatchObject({ code: 200 });
  });

  it('write to the ledger once, however many ask', async () => {
    await Promise.all([ask('/ready'), ask('/ready'), ask('')]);
    await ask('/ready');
    expect(world.ledgerChecks).toBe(1);
  });

  it('do not touch the ledger before it is open', async () => {
    world.phase = 'starting';
    await ask('/ready');
    expect(world.ledgerChecks).toBe(0);
  });

  it('are degraded, but ready, when the Data API fails', async () => {
    world.dataApi = { name: 'data_api', status: 'degraded', detail: { consecutiveFailures: 7 } };
    expect(await ask('/ready')).toMatchObject({
      code: 200,
      status: 'degraded',
      details: { data_api: { status: 'degraded', consecutiveFailures: 7 } },
    });
    expect(await ask('/live')).toMatchObject({ code: 200, status: 'ok' });
  });

  it('tell of each task when it last succeeded and by when it has to again', async () => {
    const lastSuccessAt = new Date(Date.now() - 1_000);
    world.overview.set('sample', { task: 'sample', lastRun: null, lastSuccessAt });
    const { details } = await ask('');
    expect(details['task:sample']).toMatchObject({
      status: 'up',
      schedule: 'every minute',
      lastSuccessAt: lastSuccessAt.toISOString(),
      ageSeconds: 1,
      expectedBy: expect.stringMatching(/Z$/),
    });
  });

  it('are degraded by a task that has not succeeded for too long', async () => {
    world.overview.set('sample', { task: 'sample', lastRun: null, lastSuccessAt: new Date(Date.now() - 3_600_000) });
    expect(await ask('')).toMatchObject({
      code: 200,
      status: 'degraded',
      details: { 'task:sample': { status: 'degraded' } },
    });
  });

  it('name the reason of an open breaker', async () => {
    const detail = { breaker: 'open', lastError: 'GET /api/v1/orders answered 503' };
    world.dataApi = { name: 'data_api', status: 'degraded', detail };
    expect((await ask('')).details['data_api']).toEqual({ status: 'degraded', ...detail });
  });

  describe('beyond loopback', () => {
    const OPS_TOKEN = 'an-operator-token-of-32-characters';
    const STATUSES = {
      worker: { status: 'up' },
      event_loop: { status: 'up' },
      scheduler: { status: 'up' },
      ledger: { status: 'up' },
      dependencies: { status: 'degraded' },
      tasks: { status: 'up' },
    };

    async function restart(environment: Environment): Promise<void> {
      await app.close();
      app = await createApplication(environment);
      world.dataApi = { name: 'data_api', status: 'degraded', detail: { lastError: 'http://data-api.internal' } };
    }

    it.each(['0.0.0.0', '::', '10.0.0.1', 'worker.example.com'])(
      'tell strangers nothing but statuses on %s',
      async (HOST) => {
        await restart({ HOST, OPS_TOKEN });
        for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: OPS_TOKEN }]) {
          expect(await ask('', headers)).toEqual({ code: 200, status: 'degraded', details: STATUSES });
        }
      },
    );

    it('tell the reason of a 503 to those who bear the ops token only', async () => {
      await restart({ HOST: '0.0.0.0', OPS_TOKEN });
      world.ledger = { writable: false, problem: 'disk full: /data/worker.db' };
      const { code, details } = await ask('/ready');
      expect(code).toBe(503);
      expect(details['ledger']).toEqual({ status: 'down' });
      const told = await ask('/ready', { authorization: `Bearer ${OPS_TOKEN}` });
      expect(told.details['ledger']).toMatchObject({ status: 'down', message: 'disk full: /data/worker.db' });
    });

    it('tell nobody everything where there is no ops token', async () => {
      await restart({ HOST: '0.0.0.0' });
      for (const headers of [{}, { authorization: 'Bearer undefined' }]) {
        expect((await ask('', headers)).details).toEqual(STATUSES);
      }
    });

    it('tell no page whose own name leads to loopback', async () => {
      await restart({});
      const { port } = new URL(await app.getUrl());
      const details = (host: string) =>
        new Promise<string>((resolve, reject) => {
          get({ port, path: '/health', headers: { host } }, (answer) => resolve(text(answer))).on('error', reject);
        });
      expect(await details(`localhost:${port}`)).toContain('task:sample');
      expect(await details(`evil.example.com:${port}`)).not.toContain('sample');
    });
  });

  it('are not cached by anyone in between', async () => {
    const response = await fetch(`${await app.getUrl()}/health/live`);
    expect(response.headers.get('cache-control')).toContain('no-store');
  });
});
