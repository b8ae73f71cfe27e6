import { z } from 'zod';
import { type CommandAnswer, type CommandRequest, ServiceNotRunningError } from '../ledger/command-ledger.js';
import type { ItemRecord } from '../ledger/item-ledger.js';
import type { Pause } from '../ledger/pause.js';
import type { RecordedLine, RunLogQuery } from '../ledger/run-log-ledger.js';
import type { Evidence } from '../ops/why/explanation.js';
import { HOUR } from '../time/duration.js';
import { aRun } from '../worker/testing/task-context.fake.js';
import { exitCodeOf } from './main.js';
import { buildProgram } from './program.js';
import { FakeApplication, NOW } from './testing/application.fake.js';
import { aTerminal } from './testing/terminal.fake.js';

const RUN = aRun({ id: '01930000-0000-7000-8000-000000000001', task: 'send_reminders', status: 'partial' });
const LATER = new Date(NOW.getTime() + HOUR);
const ANNA = { name: 'anna', role: 'operator', via: 'cli' } as const;

let fake: FakeApplication;

beforeEach(() => {
  fake = new FakeApplication();
  fake.runs = [RUN];
});

async function worker(...argv: string[]) {
  const { terminal, stdout, stderr } = aTerminal();
  let exitCode = 0;
  const program = buildProgram(
    terminal,
    fake.performing((code) => (exitCode = code)),
  );
  try {
    await program.parseAsync(['node', 'worker', ...argv]);
  } catch (error) {
    exitCode = exitCodeOf(error);
    return { exitCode, stdout: stdout(), stderr: stderr() || String(error) };
  }
  return { exitCode, stdout: stdout(), stderr: stderr() };
}

function answering(answer: Partial<CommandAnswer>): void {
  fake.answer = () => ({ run: null, pause: null, items: [], ...answer });
}

function pausing(): void {
  fake.answer = ({ command, actor, reason }) => {
    if (command.action !== 'pause' && command.action !== 'resume') throw new TypeError('another command');
    const ends = command.action === 'pause' ? command.until : NOW;
    const pause: Pause = { task: command.task, since: new Date(NOW.getTime() - HOUR), ends, reason, actor };
    return { run: null, pause, items: [] };
  };
}

const asked = (): Partial<CommandRequest> | undefined => fake.requests[0];

describe('worker pause', () => {
  beforeEach(pausing);

  it('pauses a task until it is resumed, and says how', async () => {
    const { exitCode, stdout } = await worker('pause', 'send_reminders', '--as', 'anna');
    expect([exitCode, stdout]).toEqual([
      0,
      'send_reminders is paused until it is resumed. `worker resume send_reminders` ends it before.\n',
    ]);
    expect(asked()).toEqual({
      ...{ command: { action: 'pause', task: 'send_reminders', until: null }, actor: ANNA },
      ...{ address: null, reason: null, idempotencyKey: null },
    });
    expect(fake.opened).toEqual(['command']);
  });

  it('pauses all tasks for a while, with a reason', async () => {
    const { stdout } = await worker('pause', '--all', '--for', '1h', '--reason', 'API moves');
    expect(stdout).toMatch(/^All tasks are paused until 2026-11-23 13:00:00 UTC \(in 1 h\): API moves\. .*--all/);
    expect(asked()).toMatchObject({ command: { task: null, until: LATER }, reason: 'API moves' });
  });

  it('pauses until a time', async () => {
    await worker('pause', 'send_reminders', '--until', LATER.toISOString());
    expect(asked()).toMatchObject({ command: { until: LATER } });
  });

  it('is asked for by the system user unless told otherwise', async () => {
    await worker('pause', 'send_reminders');
    expect(asked()?.actor).toEqual({ name: expect.stringMatching(/./), role: 'operator', via: 'cli' });
  });

  it('prints the pause with --json', async () => {
    const { stdout } = await worker('pause', 'send_reminders', '--as', 'anna', '--json');
    const since = new Date(NOW.getTime() - HOUR).toISOString();
    expect(JSON.parse(stdout)).toEqual({ task: 'send_reminders', since, ends: null, reason: null, actor: ANNA });
  });

  it.each([
    [[], 'Name a task, or say --all'],
    [['send_reminders', '--all'], 'not both'],
    [['send_reminder'], 'Did you mean'],
    [['send_reminders', '--for', 'long'], 'Expected a duration'],
    [['send_reminders', '--for', '1h', '--until', LATER.toISOString()], 'cannot be used with'],
  ])('refuses %j', async (argv, message) => {
    const { exitCode, stderr } = await worker('pause', ...argv);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining(message)]);
    expect(fake.requests).toEqual([]);
  });

  it('refuses an end that has passed', async () => {
    const { exitCode, stderr } = await worker('pause', 'send_reminders', '--until', '2026-11-23T11:59Z');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('name a later time')]);
  });
});

describe('worker resume', () => {
  it('says since when the task was paused', async () => {
    pausing();
    expect((await worker('resume', 'send_reminders')).stdout).toBe('send_reminders resumed; paused 1 h ago.\n');
    expect((await worker('resume', '--all')).stdout).toBe('All tasks resumed; paused 1 h ago.\n');
  });
});

describe('worker cancel', () => {
  it('tells whether the run has ended or is told to', async () => {
    answering({ run: { ...RUN, status: 'running' } });
    expect((await worker('cancel', '0193', '--reason', 'a mistake')).stdout).toContain('is told to end');
    expect(asked()).toMatchObject({ command: { action: 'cancel', run: RUN.id }, reason: 'a mistake' });
    answering({ run: { ...RUN, status: 'cancelled' } });
    expect((await worker('cancel', '0193')).stdout).toContain('is cancelled; it had not started');
  });

  it('says that it needs a service, and fails', async () => {
    fake.answer = () => {
      throw new ServiceNotRunningError('cancel');
    };
    const { exitCode, stderr } = await worker('cancel', '0193');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('No service is running on this ledger')]);
  });

  it('refuses an id that no run has', async () => {
    expect((await worker('cancel', 'ffff')).exitCode).toBe(64);
  });
});

describe('worker retry', () => {
  it('names the run that retries, and how many items', async () => {
    answering({ run: { ...RUN, id: 'the-new-run' }, items: ['7', '8'] });
    const { stdout } = await worker('retry', '0193', '--items', '7,8', '--error', 'HTTP_422');
    expect(stdout).toContain('Run the-new-run retries 2 failed items of send_reminders');
    const command = { action: 'retry', run: RUN.id, items: ['7', '8'], error: 'HTTP_422' };
    expect(asked()).toMatchObject({ command });
  });

  it('prints the run and its items with --json', async () => {
    answering({ run: RUN, items: ['7'] });
    expect(JSON.parse((await worker('retry', '0193', '--json')).stdout)).toMatchObject({
      run: { id: RUN.id },
      items: ['7'],
    });
    expect(asked()).toMatchObject({ command: { items: null, error: null } });
  });
});

describe('worker release', () => {
  it('names what it released, and what was not in quarantine', async () => {
    answering({ items: ['7'] });
    const { stdout, stderr } = await worker('release', 'send_reminders', '7', '8');
    expect(stdout).toBe('Released 7: the next run of send_reminders tries them again.\n');
    expect(stderr).toBe('Not in quarantine: 8.\n');
    expect(asked()).toMatchObject({ command: { action: 'release', task: 'send_reminders', items: ['7', '8'] } });
  });
});

describe('worker items', () => {
  const record = {
    ...{ id: '7', failedRuns: 5, crashes: 0, firstFailedAt: new Date(NOW.getTime() - 5 * HOUR) },
    ...{ lastFailedAt: NOW, lastError: 'refused', quarantinedUntil: LATER },
  };

  beforeEach(() => {
    fake.trouble = new Map<string, ItemRecord>([
      ['7', record],
      ['8', { ...record, id: '8', quarantinedUntil: null }],
    ]);
  });

  it('lists what is in trouble, and until when in quarantine', async () => {
    const { stdout } = await worker('items', 'send_reminders');
    expect(stdout).toMatch(/^ITEM +FAILED RUNS +SINCE +LAST +QUARANTINED +ERROR\n7 +5 +5 h ago +just now +ends in 1 h/);
    expect(stdout).toMatch(/\n8 /);
    expect(fake.opened).toEqual(['reader']);
  });

  it('lists those in quarantine only', async () => {
    const { stdout } = await worker('items', 'send_reminders', '--quarantined', '--json');
    expect(JSON.parse(stdout)).toMatchObject([{ id: '7', quarantinedUntil: LATER.toISOString() }]);
  });

  it('says when there is none', async () => {
    fake.trouble = new Map();
    expect((await worker('items', 'send_reminders')).stderr).toBe(
      'no service is running\nNo item of send_reminders is in trouble.\n',
    );
  });
});

describe('worker run --detach', () => {
  it('queues a run for the service and does not wait', async () => {
    answering({ run: { ...RUN, status: 'queued' } });
    const { stdout } = await worker('run', 'send_reminders', '--detach', '--as', 'anna');
    expect(stdout).toContain(`Run ${RUN.id} of send_reminders is queued`);
    expect(asked()).toMatchObject({ command: { action: 'run', task: 'send_reminders' }, actor: ANNA });
    expect(fake.claims).toEqual([]);
  });

  it('records the reason, which a run in this process does not take', async () => {
    answering({ run: { ...RUN, status: 'queued' } });
    await worker('run', 'send_reminders', '--detach', '--reason', 'the list was wrong');
    expect(asked()).toMatchObject({ command: { action: 'run' }, reason: 'the list was wrong' });
    fake.requests.length = 0;
    const { exitCode, stderr } = await worker('run', 'send_reminders', '--reason', 'the list was wrong');
    expect([exitCode, fake.requests, fake.claims]).toEqual([64, [], []]);
    expect(stderr).toContain('say it with --detach');
  });
});

describe('worker run --detach with what the run is given', () => {
  const given = ['run', 'send_reminders', '--detach', '--dry-run', '--param'];

  beforeEach(() => {
    const [, { task }] = fake.tasks as [unknown, { task: object }];
    Object.assign(task, { params: z.object({ count: z.number() }) });
  });

  it('hands it on as its task takes it', async () => {
    await worker(...given, 'count=5');
    expect(asked()?.command).toEqual({ action: 'run', task: 'send_reminders', params: { count: 5 }, dryRun: true });
  });

  it('refuses what its task does not take, and queues nothing', async () => {
    expect((await worker(...given, 'count=x')).stderr).toContain('count is "x", expected');
    expect(fake.requests).toEqual([]);
  });
});

describe('worker list', () => {
  it('shows what is paused and until when', async () => {
    fake.pauses = [{ task: 'send_reminders', since: NOW, ends: LATER, reason: null, actor: ANNA }];
    expect((await worker('list')).stdout).toMatch(/send_reminders .*paused, ends in 1 h/);
    expect(JSON.parse((await worker('list', '--json')).stdout)).toMatchObject([
      { paused: null },
      { paused: { ends: LATER.toISOString(), actor: ANNA }, nextRun: LATER.toISOString() },
    ]);
  });
});

describe('worker why', () => {
  it('says it in one sentence, and names what that rests on', async () => {
    const evidence: Evidence[] = [
      { kind: 'schedule', schedule: 'every 5m', timezone: 'UTC', since: NOW },
      { kind: 'run', run: { ...RUN, startedAt: null, status: 'skipped', reason: 'paused' } },
      { kind: 'pause', pause: { task: null, since: NOW, ends: null, reason: 'API moves', actor: ANNA } },
    ];
    let asked: Date | null | undefined;
    fake.explain = (task, at) => {
      asked = at;
      return { task, at: NOW, slot: NOW, verdict: 'paused', sentence: 'It was paused.', evidence };
    };
    const { stdout } = await worker('why', 'send_reminders', '--at', '2026-11-23T12:00Z');
    expect(stdout).toBe(
      [
        'It was paused.',
        '  schedule every 5m (UTC), in force since 2026-11-23 12:00:00 UTC',
        `  run      ${RUN.id} skipped (paused)`,
        '  pause    since 2026-11-23 12:00:00 UTC until it is resumed, by anna: API moves\n',
      ].join('\n'),
    );
    expect(asked).toEqual(NOW);
    const { stdout: json } = await worker('why', 'send_reminders', '--json');
    expect(JSON.parse(json)).toMatchObject({ verdict: 'paused', evidence: [{ kind: 'schedule' }, {}, {}] });
    expect(asked).toBeNull();
  });
});

describe('worker logs', () => {
  const aLine = (position: number, level: string, fields: object): RecordedLine => {
    const text = JSON.stringify({ level, time: NOW, service: 'task-worker', run: RUN.id, task: 'a', ...fields });
    return { position, runId: RUN.id, at: NOW, level, text };
  };

  it('prints each line, with what it says besides', async () => {
    fake.readLog = () => [
      aLine(1, 'info', { msg: 'Run started', trigger: 'manual', context: 'a' }),
      aLine(2, 'error', { msg: 'It failed', err: { message: 'refused\u001b[2J', stack: '…' } }),
      { ...aLine(3, 'info', {}), text: '{"level":"info","msg":"cut of' },
      aLine(4, 'warn', { msg: 'Item failed', item: '7', error: { name: 'E', message: 'answered 422: "no"' } }),
    ];
    const { stdout } = await worker('logs', '0193');
    const time = NOW.toISOString();
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      `${time} info  Run started trigger="manual"`,
      expect.stringMatching(new RegExp(`^${time} error It failed \\(refused.*\\)$`)),
    ]);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('{"level":"info","msg":"cut of');
    expect(stdout).toContain('warn  Item failed item="7" (answered 422: "no")');
  });

  it('takes only lines of a level and worse', async () => {
    let asked: RunLogQuery | undefined;
    fake.readLog = (query) => {
      asked = query;
      return [];
    };
    const { stderr } = await worker('logs', '0193', '--level', 'warn');
    expect(asked).toMatchObject({ runId: RUN.id, levels: ['warn', 'error', 'fatal'] });
    expect(asked?.limit).toBeGreaterThan(1_001);
    expect(stderr).toContain('No lines of level warn or worse are on record for this run.');
  });

  it('follows until the run has ended, and shows what is recorded a moment later', async () => {
    const looks = [[aLine(1, 'info', { msg: 'one' })], [], [aLine(2, 'info', { msg: 'Run succeeded' })], []];
    fake.runs = [{ ...RUN, finishedAt: NOW }];
    fake.readLog = () => looks.shift() ?? [];
    const { stdout } = await worker('logs', '0193', '--follow', '--json');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { position: 1, at: NOW.toISOString(), level: 'info', message: 'one', fields: {} },
      { position: 2, at: NOW.toISOString(), level: 'info', message: 'Run succeeded', fields: {} },
    ]);
  });

  it('prints an array with --json', async () => {
    fake.readLog = () => [aLine(1, 'warn', { msg: 'one', count: 3 })];
    expect(JSON.parse((await worker('logs', '0193', '--json')).stdout)).toEqual([
      { position: 1, at: NOW.toISOString(), level: 'warn', message: 'one', fields: { count: 3 } },
    ]);
  });
});
