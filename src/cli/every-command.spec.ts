import { parseSchedule } from '../worker/schedules/schedule.parser.js';
import { aRun } from '../worker/testing/task-context.fake.js';
import { displayWidth } from '../runs/display-width.js';
import { exitCodeOf } from './main.js';
import { buildProgram } from './program.js';
import { aTask, FakeApplication, NOW } from './testing/application.fake.js';
import { aTerminal } from './testing/terminal.fake.js';

const RUN = aRun({
  id: '01930000-0000-7000-8000-000000000001',
  task: 'process_pending_orders_of_all_warehouses',
  status: 'partial',
  attempt: 2,
  startedAt: new Date(NOW.getTime() - 90_000),
  finishedAt: NOW,
  items: { total: 1_000, succeeded: 997, failed: 3, skipped: 0 },
  result: { processed: 997, failed: 3 },
  error: {
    name: 'DataApiError',
    message: `POST https://api.example/orders answered 422: ${'x'.repeat(300)}`,
    code: 'E',
  },
});
const TASK = RUN.task;
const ERROR = { name: 'E', message: `answered 422 ${'y'.repeat(200)}`, code: 'HTTP_422' };
const ITEM = {
  ...{ id: `order-${'9'.repeat(60)}`, failedRuns: 12, crashes: 0, firstFailedAt: NOW, lastFailedAt: NOW },
  ...{ lastError: ERROR.message, quarantinedUntil: new Date(NOW.getTime() + 3_600_000) },
};
const PAUSE = {
  task: TASK,
  since: NOW,
  ends: null,
  reason: 'API moves',
  actor: { name: 'anna', role: 'operator', via: 'cli' },
} as const;

/** Each command that prints data; `table`: what it prints is laid out for the terminal. */
const COMMANDS: [line: string, layout: 'table' | 'text'][] = [
  ['list', 'table'],
  ['history', 'table'],
  [`history ${TASK} --since 1d --trigger manual --status partial`, 'table'],
  [`items ${TASK}`, 'table'],
  [`show ${RUN.id}`, 'text'],
  [`schedule ${TASK}`, 'text'],
  [`why ${TASK}`, 'text'],
  [`logs ${RUN.id}`, 'text'],
  [`pause ${TASK} --for 1h`, 'text'],
  [`resume ${TASK}`, 'text'],
  [`cancel ${RUN.id}`, 'text'],
  [`retry ${RUN.id}`, 'text'],
  [`release ${TASK} 7`, 'text'],
  [`run ${TASK}`, 'text'],
  [`run ${TASK} --detach`, 'text'],
  ['config check', 'text'],
];

const SERVICE = {
  ...{ pid: 4711, host: 'host-1', replicas: 1, startedAt: NOW },
  announcement: { url: 'http://127.0.0.1:3000', tasks: [] },
};

async function worker(line: string, { columns, service = false }: { columns?: number; service?: boolean }) {
  const fake = new FakeApplication();
  fake.tasks = [aTask('cleanup_old_orders'), aTask(TASK, parseSchedule('0 3 * * 1-5', 'Europe/Berlin'))];
  fake.runs = [RUN];
  fake.overviews = new Map([[TASK, { task: TASK, lastRun: RUN, lastSuccessAt: NOW }]]);
  fake.failures = [{ id: ITEM.id, error: ERROR, attempts: 3 }];
  fake.trouble = new Map([[ITEM.id, ITEM]]);
  fake.service = service ? SERVICE : null;
  fake.answer = () => ({ run: RUN, pause: PAUSE, items: ['7'] });
  fake.submit = () => ({ run: RUN, finished: Promise.resolve({ ...RUN, status: 'succeeded', error: null }) });
  let asked = 0;
  const text = '{"level":"info","msg":"Run started"}';
  fake.readLog = () => (asked++ === 0 ? [{ runId: RUN.id, position: 1, at: NOW, level: 'info', text }] : []);
  const { terminal, stdout, stderr } = aTerminal(columns);
  let exitCode = -1;
  const program = buildProgram(
    terminal,
    fake.performing((code) => (exitCode = code)),
  );
  await program.parseAsync(['node', 'worker', ...line.split(' ')]).catch((error: unknown) => {
    exitCode = exitCodeOf(error);
  });
  return { exitCode, stdout: stdout(), stderr: stderr() };
}

describe.each(COMMANDS)('worker %s', (line, layout) => {
  it.each([60, 80, 140])('prints to a terminal of %i columns, tables no wider than that', async (columns) => {
    const { exitCode, stdout } = await worker(line, { columns });
    expect(exitCode).toBe(0);
    expect(stdout.trim()).not.toBe('');
    if (layout !== 'table') return;
    const widths = stdout.trimEnd().split('\n').map(displayWidth);
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
  });

  it('prints to a pipe without colours, whole, and JSON alone with --json', async () => {
    const { exitCode, stdout } = await worker(line, {});
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain('…\n');
    const json = await worker(`${line} --json`, {});
    expect(json.exitCode).toBe(0);
    expect(JSON.parse(json.stdout)).toEqual(expect.anything());
  });

  it('works beside a service, and says which one on stderr if it looks', async () => {
    const [beside, alone] = [await worker(line, { service: true }), await worker(line, {})];
    expect([beside.exitCode, alone.exitCode]).toEqual([0, 0]);
    const looks = /^(?:list|history|items|show|schedule|why|logs)/.test(line);
    expect(beside.stderr.includes('service: running on http://127.0.0.1:3000')).toBe(looks);
    expect(alone.stderr.includes('no service is running')).toBe(looks);
  });
});

describe('every command', () => {
  const { terminal } = aTerminal();
  const { commands } = buildProgram(
    terminal,
    new FakeApplication().performing(() => {}),
  );
  const shown = commands.filter(
    (command) => !(command as { _hidden?: boolean })._hidden && command.name() !== 'config',
  );

  it.each(shown.map((command) => command.name()))('has examples and exit codes in its help: %s', async (name) => {
    const { stdout, exitCode } = await worker(`${name} --help`, {});
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\nExamples:\n {2}\S/);
    expect(stdout).toMatch(/\nExit codes:\n {3}0 {2}success\n/);
  });
});
