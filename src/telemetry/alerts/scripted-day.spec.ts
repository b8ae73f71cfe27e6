import { setImmediate as nextTurn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { loadSettings } from '../../config/load-settings.js';
import type { Command } from '../../ledger/command-ledger.js';
import type { LedgerConnection } from '../../ledger/ledger-connection.js';
import { aCheckpoint, manualClaim, start } from '../../ledger/testing/claims.js';
import { MemoryLedger } from '../../ledger/testing/memory/memory-ledger.js';
import { TestClock } from '../../ledger/testing/test-clock.js';
import type { RunOutcome } from '../../runs/run.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { HOUR, MINUTE } from '../../time/duration.js';
import type { RegisteredTask } from '../../worker/registry/registered-task.js';
import type { TaskRegistry } from '../../worker/registry/task-registry.js';
import { parseSchedule } from '../../worker/schedules/schedule.parser.js';
import { type Letter, LetterRefusedError, type OutboundPost } from '../outbound/outbound-post.js';
import { TaskQueries } from '../../ops/task.queries.js';
import { AlertJudge } from './alert-judge.js';
import { AlertSubscriber } from './alert.subscriber.js';

type Status = 'succeeded' | 'partial' | 'failed' | 'timed_out' | 'cancelled';

const UNAUTHORIZED = { name: 'E', message: 'GET http://api.test/orders answered 401', code: 'UNAUTHORIZED' };
const HTTP_500 = { name: 'E', message: 'GET http://api.test/orders answered 500', code: 'HTTP_500' };

function task(name: string, schedule: string | null, more: Partial<RegisteredTask> = {}): RegisteredTask {
  const parsed = schedule && parseSchedule(schedule, 'UTC');
  return { name, task: {}, schedule: parsed, timeout: 30 * MINUTE, catchUp: 'latest', ...more } as RegisteredTask;
}

/** A worker whose clock is moved by hand, and that looks for alerts when it is told to. */
class Day {
  readonly clock = new TestClock();
  readonly ledger = new MemoryLedger(this.clock);
  readonly told: string[] = [];
  readonly letters: Record<string, unknown>[] = [];
  tasks = [task('hourly', 'every 1h'), task('by_hand', null)];
  ledgerProblem: string | null = null;
  webhook: 'up' | 'down' | 'refusing' = 'up';
  private events = new WorkerEvents();
  private subscriber: AlertSubscriber;

  constructor(private readonly environment: Record<string, string> = {}) {
    this.subscriber = this.boot();
  }

  /** The process is gone; another one starts, after `downMs`. Nothing is looked at yet. */
  restart(downMs = 0): void {
    this.clock.advance(downMs);
    this.events = new WorkerEvents();
    this.subscriber = this.boot();
  }

  /** Time passes, then the worker looks. */
  async pass(milliseconds = MINUTE): Promise<void> {
    this.clock.advance(milliseconds);
    await this.subscriber.look();
  }

  /** What the worker looks for by itself. */
  async whenTold(): Promise<void> {
    for (let turns = 0; turns < 100 && this.told.length === 0; turns++) await nextTurn();
  }

  /** A run of this process ends now; nothing is looked at yet. */
  async run(name: string, status: Status, more: Partial<RunOutcome> & { items?: number } = {}): Promise<void> {
    const run = await this.runElsewhere(name, status, more);
    this.events.emit('run.finished', { run, status });
  }

  /** The same, by a command beside the service. */
  async runElsewhere(name: string, status: Status, { items, ...more }: Partial<RunOutcome> & { items?: number } = {}) {
    const execution = await start(this.ledger.runs, manualClaim(name));
    const error = status === 'failed' ? { error: HTTP_500 } : {};
    const counts = { total: items ?? 0, succeeded: items ?? 0, failed: 0, skipped: 0 };
    const checkpoint = items === undefined ? undefined : aCheckpoint({ items: counts });
    return this.ledger.runs.finish(execution, { status, ...error, ...more }, checkpoint);
  }

  async command(command: Command): Promise<void> {
    const actor = { name: 'somebody', role: 'operator', via: 'cli' } as const;
    await this.ledger.commands.perform({ command, actor, address: null, reason: null, idempotencyKey: null });
  }

  /** Twenty good runs with so many items. */
  async usually(...items: number[]): Promise<void> {
    for (let run = 0; run < 20; run++) await this.run('by_hand', 'succeeded', { items: items[run % items.length]! });
    await this.pass();
  }

  private boot(): AlertSubscriber {
    const settings = loadSettings({
      DATA_API_URL: 'http://api.test',
      ALERT_WEBHOOK_URL: 'http://hook.test',
      ...this.environment,
    });
    const registry = {
      all: () => this.tasks,
      find: (name: string) => this.tasks.find((candidate) => candidate.name === name),
    } as unknown as TaskRegistry;
    const connection = {
      check: async () => ({ writable: this.ledgerProblem === null, problem: this.ledgerProblem }),
    } as unknown as LedgerConnection;
    const { history, statistics, alerts } = this.ledger;
    const queries = new TaskQueries(registry, history, this.ledger.commands, this.clock);
    const judge = new AlertJudge(registry, queries, history, statistics, this.clock, settings);
    const post = { send: (letter: Letter) => this.receive(letter) } as unknown as OutboundPost;
    const { events, clock } = this;
    const subscriber = new AlertSubscriber(events, alerts, connection, judge, registry, post, clock, settings);
    events.emit('worker.started', {});
    return subscriber;
  }

  private async receive({ body }: Letter): Promise<void> {
    if (this.webhook === 'down') throw new Error('connection refused');
    if (this.webhook === 'refusing') throw new LetterRefusedError('answered 400', true);
    const letter = JSON.parse(body) as Record<string, unknown>;
    this.letters.push(letter);
    this.told.push([letter['status'], letter['rule'], letter['task'] ?? ''].join(' ').trim());
  }
}

interface Situation {
  readonly is: string;
  readonly environment?: Record<string, string>;
  readonly script: (day: Day) => Promise<void>;
  readonly told: readonly string[];
}

const FAILING = ['firing failing hourly', 'resolved failing hourly'];
const LATE = ['firing late hourly', 'resolved late hourly'];

const SITUATIONS: readonly Situation[] = [
  {
    is: 'a first run ever that succeeds',
    script: async (day) => {
      await day.run('hourly', 'succeeded');
      await day.pass();
    },
    told: [],
  },
  {
    is: 'a first run ever that fails',
    script: async (day) => {
      await day.run('hourly', 'failed');
      await day.pass();
    },
    told: FAILING.slice(0, 1),
  },
  {
    is: 'a failure, then a success',
    script: async (day) => {
      for (const status of ['failed', 'succeeded'] as const) {
        await day.run('hourly', status);
        await day.pass();
      }
    },
    told: FAILING,
  },
  {
    is: 'a failure, then a partial success',
    script: async (day) => {
      for (const status of ['failed', 'partial'] as const) {
        await day.run('hourly', status);
        await day.pass();
      }
    },
    told: FAILING,
  },
  {
    is: 'failures all day long',
    script: async (day) => {
      day.tasks = [task('by_hand', null)];
      for (let run = 0; run < 100; run++) {
        await day.run('by_hand', 'failed');
        await day.pass();
      }
    },
    told: ['firing failing by_hand'],
  },
  {
    is: 'two failures where three are needed',
    environment: { ALERT_AFTER_FAILURES: '3' },
    script: async (day) => {
      for (const status of ['failed', 'failed', 'succeeded', 'failed', 'failed'] as const) {
        await day.run('hourly', status);
        await day.pass();
      }
    },
    told: [],
  },
  {
    is: 'three failures where three are needed, one of them a timeout',
    environment: { ALERT_AFTER_FAILURES: '3' },
    script: async (day) => {
      for (const status of ['failed', 'timed_out', 'failed', 'succeeded'] as const) {
        await day.run('hourly', status);
        await day.pass();
      }
    },
    told: FAILING,
  },
  {
    is: 'flapping',
    script: async (day) => {
      for (const status of ['failed', 'succeeded', 'failed', 'succeeded', 'failed', 'succeeded'] as const) {
        await day.run('hourly', status);
        await day.pass();
      }
    },
    told: [...FAILING, ...FAILING, ...FAILING],
  },
  {
    is: 'a cancelled run in the middle of failures',
    script: async (day) => {
      for (const status of ['failed', 'cancelled', 'failed'] as const) {
        await day.run('hourly', status);
        await day.pass();
      }
    },
    told: FAILING.slice(0, 1),
  },
  {
    is: 'a restart while a task fails',
    script: async (day) => {
      await day.run('hourly', 'failed');
      await day.pass();
      day.restart();
      await day.pass();
      await day.run('hourly', 'failed');
      await day.pass();
    },
    told: FAILING.slice(0, 1),
  },
  {
    is: 'a crash between a failure and its alert',
    script: async (day) => {
      await day.run('hourly', 'failed');
      day.restart();
      await day.pass();
    },
    told: FAILING.slice(0, 1),
  },
  {
    is: 'a recovery by hand while the service was down',
    script: async (day) => {
      await day.run('hourly', 'failed');
      await day.pass();
      await day.runElsewhere('hourly', 'succeeded');
      day.restart(MINUTE);
      await day.pass();
    },
    told: FAILING,
  },
  {
    is: 'two tasks that fail',
    script: async (day) => {
      await day.run('hourly', 'failed');
      await day.run('by_hand', 'failed');
      await day.pass();
      await day.run('hourly', 'succeeded');
      await day.pass();
    },
    told: ['firing failing hourly', 'firing failing by_hand', 'resolved failing hourly'],
  },
  {
    is: 'a task that is removed while it fails',
    script: async (day) => {
      await day.run('hourly', 'failed');
      await day.pass();
      day.tasks = day.tasks.slice(1);
      day.restart();
      await day.pass();
    },
    told: FAILING,
  },
  {
    is: 'no success for two hours',
    script: async (day) => {
      await day.run('hourly', 'succeeded');
      for (let minutes = 0; minutes < 120; minutes += 10) await day.pass(10 * MINUTE);
    },
    told: LATE.slice(0, 1),
  },
  {
    is: 'a late success',
    script: async (day) => {
      await day.run('hourly', 'succeeded');
      await day.pass(2 * HOUR);
      await day.run('hourly', 'succeeded');
      await day.pass();
    },
    told: LATE,
  },
  {
    is: 'a restart while a task is late',
    script: async (day) => {
      await day.run('hourly', 'succeeded');
      await day.pass(2 * HOUR);
      day.restart();
      await day.pass(0);
      await day.pass(2 * MINUTE);
    },
    told: LATE.slice(0, 1),
  },
  {
    is: 'a restart while a task is late that has never succeeded',
    script: async (day) => {
      await day.pass(3 * HOUR);
      day.restart();
      await day.pass(2 * MINUTE);
      expect(day.told).toEqual(LATE.slice(0, 1));
      await day.run('hourly', 'succeeded');
      await day.pass();
    },
    told: LATE,
  },
  {
    is: 'a standstill of hours that is caught up in a minute',
    script: async (day) => {
      await day.run('hourly', 'succeeded');
      day.restart(9 * HOUR);
      await day.pass(0);
      await day.run('hourly', 'succeeded');
      await day.pass(2 * MINUTE);
    },
    told: [],
  },
  {
    is: 'a standstill that is not caught up',
    script: async (day) => {
      await day.run('hourly', 'succeeded');
      day.restart(9 * HOUR);
      await day.pass(0);
      await day.pass(2 * MINUTE);
    },
    told: LATE.slice(0, 1),
  },
  {
    is: 'a task that is off',
    script: async (day) => {
      day.tasks = [task('hourly', null)];
      await day.pass(100 * HOUR);
    },
    told: [],
  },
  {
    is: 'a task that is turned off while it is late',
    script: async (day) => {
      await day.run('hourly', 'succeeded');
      await day.pass(2 * HOUR);
      day.tasks = [task('hourly', null)];
      day.restart();
      await day.pass(2 * MINUTE);
    },
    told: LATE,
  },
  {
    is: 'a task that is paused for hours, then has time to succeed',
    script: async (day) => {
      await day.run('hourly', 'succeeded');
      await day.command({ action: 'pause', task: 'hourly', until: null });
      await day.pass(9 * HOUR);
      await day.command({ action: 'resume', task: 'hourly' });
      await day.pass(45 * MINUTE);
      await day.run('hourly', 'succeeded');
      await day.pass(HOUR);
    },
    told: [],
  },
  {
    is: 'a task that is paused while it is late',
    script: async (day) => {
      await day.run('hourly', 'succeeded');
      await day.pass(2 * HOUR);
      await day.command({ action: 'pause', task: null, until: null });
      await day.pass();
    },
    told: LATE,
  },
  {
    is: 'a task with a freshness of its own, in time and too late',
    script: async (day) => {
      day.tasks = [task('hourly', 'every 1h', { freshness: 3 * HOUR })];
      await day.run('hourly', 'succeeded');
      await day.pass(3 * HOUR);
      expect(day.told).toEqual([]);
      await day.pass(MINUTE);
    },
    told: LATE.slice(0, 1),
  },
  {
    is: 'items in quarantine, then more of them, then none',
    script: async (day) => {
      await day.run('hourly', 'succeeded');
      for (const item of ['one', 'another']) {
        for (let crash = 0; crash < 3; crash++) await day.ledger.items.recordCrash('hourly', [item]);
        await day.pass();
        expect(day.told).toEqual(['firing quarantine hourly']);
      }
      await day.pass(31 * MINUTE);
      await day.run('hourly', 'succeeded');
      await day.pass(31 * MINUTE);
    },
    told: ['firing quarantine hourly', 'resolved quarantine hourly'],
  },
  {
    is: 'a ledger that cannot be written for an hour',
    script: async (day) => {
      day.tasks = [task('by_hand', null)];
      day.ledgerProblem = 'disk full';
      for (let minutes = 0; minutes < 60; minutes++) await day.pass();
      day.ledgerProblem = null;
      await day.pass();
      await day.pass();
    },
    told: ['firing ledger', 'resolved ledger'],
  },
  {
    is: 'a failure that is judged only after the ledger is back',
    script: async (day) => {
      await day.run('hourly', 'failed');
      day.ledgerProblem = 'disk full';
      await day.pass();
      day.ledgerProblem = null;
      await day.pass();
    },
    told: ['firing ledger', 'resolved ledger', 'firing failing hourly'],
  },
  {
    is: 'a failure while the ledger cannot be read',
    script: async (day) => {
      await day.run('hourly', 'failed');
      jest.spyOn(day.ledger.alerts, 'active').mockRejectedValueOnce(new Error('connection lost'));
      await day.pass();
      expect(day.told).toEqual([]);
      await day.pass();
    },
    told: FAILING.slice(0, 1),
  },
  {
    is: 'credentials that are refused, then mended',
    script: async (day) => {
      await day.run('hourly', 'failed', { error: UNAUTHORIZED });
      await day.pass();
      await day.run('hourly', 'succeeded');
      await day.pass();
    },
    told: [
      ...['firing failing hourly', 'firing credentials hourly'],
      ...['resolved failing hourly', 'resolved credentials hourly'],
    ],
  },
  {
    is: 'credentials that are mended, with a server that still fails',
    script: async (day) => {
      await day.run('hourly', 'failed', { error: UNAUTHORIZED });
      await day.pass();
      await day.run('hourly', 'failed');
      await day.pass();
    },
    told: ['firing failing hourly', 'firing credentials hourly', 'resolved credentials hourly'],
  },
  {
    is: 'no items where there were always many, then as usual',
    script: async (day) => {
      await day.usually(900, 1_000, 1_100);
      for (const items of [0, 0, 1_000]) {
        await day.run('by_hand', 'succeeded', { items });
        await day.pass();
      }
    },
    told: ['firing suspicious by_hand', 'resolved suspicious by_hand'],
  },
  {
    is: 'ten times as many items as usual',
    script: async (day) => {
      await day.usually(100);
      await day.run('by_hand', 'succeeded', { items: 1_000 });
      await day.pass();
    },
    told: ['firing suspicious by_hand'],
  },
  {
    is: 'no items where that happens now and then',
    script: async (day) => {
      await day.usually(0, 50, 60);
      await day.run('by_hand', 'succeeded', { items: 0 });
      await day.pass();
    },
    told: [],
  },
  {
    is: 'few items where few are usual',
    script: async (day) => {
      await day.usually(1, 2);
      for (const items of [0, 40]) {
        await day.run('by_hand', 'succeeded', { items });
        await day.pass();
      }
    },
    told: [],
  },
  {
    is: 'no items, with too short a history to say what is usual',
    script: async (day) => {
      for (let run = 0; run < 19; run++) await day.run('by_hand', 'succeeded', { items: 100 });
      await day.run('by_hand', 'succeeded', { items: 0 });
      await day.pass();
    },
    told: [],
  },
  {
    is: 'a receiver that is away when an alert begins',
    script: async (day) => {
      day.webhook = 'down';
      await day.run('hourly', 'failed');
      for (let minutes = 0; minutes < 30; minutes++) await day.pass();
      day.restart();
      day.webhook = 'up';
      await day.pass(2 * MINUTE);
      await day.pass();
    },
    told: FAILING.slice(0, 1),
  },
  {
    is: 'a receiver that is away from the begin of an alert to its end',
    script: async (day) => {
      day.webhook = 'down';
      await day.run('hourly', 'failed');
      await day.pass();
      await day.run('hourly', 'succeeded');
      await day.pass();
      day.webhook = 'up';
      await day.pass(2 * MINUTE);
    },
    told: FAILING,
  },
  {
    is: 'a receiver that refuses what it gets',
    script: async (day) => {
      day.webhook = 'refusing';
      await day.run('hourly', 'failed');
      await day.pass();
      day.webhook = 'up';
      await day.pass(2 * MINUTE);
    },
    told: [],
  },
];

/** Each rule speaks once when it begins and once when it ends. */
describe('alerts of', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it.each(SITUATIONS)('$is', async ({ environment, script, told }) => {
    const day = new Day(environment);
    await day.pass(2 * MINUTE);
    await script(day);
    expect(day.told).toEqual(told);
  });

  it('a failure say enough to act on', async () => {
    const day = new Day({ PUBLIC_URL: 'https://worker.test/base/', ENVIRONMENT: 'production' });
    await day.run('hourly', 'succeeded');
    const lastSuccessAt = day.clock.now().toISOString();
    await day.pass();
    await day.run('hourly', 'failed');
    const since = day.clock.now().toISOString();
    await day.pass();
    const { id } = (await day.ledger.history.list({ limit: 1 }))[0]!;
    expect(day.letters).toEqual([
      {
        status: 'firing',
        rule: 'failing',
        task: 'hourly',
        title: '[production] hourly failed: GET api.test answered 500 (HTTP_500)',
        since,
        until: null,
        run: id,
        lastSuccessAt,
        command: `worker show ${id}`,
        link: `https://worker.test/base/console/runs/${id}`,
        environment: 'production',
        worker: expect.any(String),
      },
    ]);
  });

  it('a failure begin while runs end all the time', async () => {
    const day = new Day();
    for (let halfSeconds = 0; halfSeconds < 6; halfSeconds++) {
      await day.run('hourly', 'failed');
      await jest.advanceTimersByTimeAsync(500);
    }
    await day.whenTold();
    expect(day.told).toEqual(FAILING.slice(0, 1));
  });

  it('tasks that end all the time take a tenth of the time at most', async () => {
    const day = new Day();
    const { alerts } = day.ledger;
    const looks = jest.spyOn(alerts, 'active').mockImplementation(async () => {
      // A look that takes half a second.
      jest.advanceTimersByTime(500);
      return [];
    });
    for (let halfSeconds = 0; halfSeconds < 40; halfSeconds++) {
      await day.run('hourly', 'succeeded');
      await jest.advanceTimersByTimeAsync(500);
      for (let turns = 0; turns < 20; turns++) await nextTurn();
    }
    expect(looks.mock.calls.length).toBeGreaterThanOrEqual(2);
    expect(looks.mock.calls.length).toBeLessThanOrEqual(5);
  });
});
