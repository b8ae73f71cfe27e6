import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './built-program.ts';
import { TypeChecker } from './docs/type-checker.ts';

const NOT_COPIED = new Set(['node_modules', '.git', '.env', 'dist', 'data', 'coverage']);
const MAX_COMMAND_MS = 180_000;

let folder: string;

/** Runs a command line in a copy of the repository; answers its exit code and all it prints. */
async function run(command: string): Promise<{ readonly code: number; readonly output: string }> {
  const PATH = [dirname(process.execPath), join(folder, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  const options = { cwd: folder, env: { PATH, HOME: tmpdir(), NO_COLOR: '1' }, timeout: MAX_COMMAND_MS };
  try {
    const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-c', command], options);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
    return { code: code ?? 1, output: stdout + stderr };
  }
}

const read = (path: string) => readFileSync(join(folder, path), 'utf8');

describe('npm run make:task', () => {
  let generated: readonly string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'make-task-'));
    cpSync(ROOT, folder, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) || path === ROOT });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const made = [
      await run("npm run -s make:task -- archive-invoices --cron '0 3 * * *'"),
      await run('npm run -s make:task -- DrainQueue --batch'),
      await run('nest generate --collection task-worker-schematics task check_stock'),
    ];
    expect(made.map(({ code }) => code)).toEqual([0, 0, 0]);
    generated = [
      ...globSync('src/tasks/{archive-invoices,drain-queue,check-stock}/*.ts', { cwd: folder }),
      'src/tasks/tasks.module.ts',
    ];
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('writes a module, a task and a spec, and enters them', () => {
    expect(generated).toHaveLength(10);
    expect(read('src/tasks/archive-invoices/archive-invoices.task.ts')).toContain("@Cron('0 3 * * *')");
    expect(read('src/tasks/drain-queue/drain-queue.task.ts')).toMatch(/extends BatchTask.*@Interval\(HOUR\)/s);
    const order =
      /imports: \[\s+ArchiveInvoicesModule,\s+CheckStockModule,\s+CleanupOldOrdersModule,\s+DrainQueueModule,/;
    expect(read('src/tasks/tasks.module.ts')).toMatch(order);
  });

  it('writes what is formatted, and passes lint, types and import rules', async () => {
    const files = generated.join(' ');
    expect(await run(`prettier --check ${files}`)).toMatchObject({ code: 0 });
    expect(await run(`eslint --max-warnings 0 ${files}`)).toEqual({ code: 0, output: '' });
    expect(await run('npm run -s check:imports')).toMatchObject({ code: 0 });
    const shown = generated.map((path) => ({ path, code: read(path), document: path, line: 1 }));
    expect(new TypeChecker().problems(shown)).toEqual([]);
  });

  it('writes specs that pass', async () => {
    const jest = 'node --experimental-vm-modules --no-warnings node_modules/jest/bin/jest.js';
    const { code, output } = await run(`${jest} ${generated.filter((path) => path.endsWith('.spec.ts')).join(' ')}`);
    expect(output).toContain('Tests:       4 passed, 4 total');
    expect(code).toBe(0);
  });

  it.each([
    ['archive-invoices', 'src/tasks/archive-invoices exists already'],
    ["'../etc'", 'name it by words, such as archive-invoices'],
    ['', "usage: npm run make:task -- NAME [--batch] [--cron '0 3 * * *']"],
    ["nightly --cron '61 * * * *'", 'minute: 61 is not from 0 to 59'],
    ["nightly --cron '0 0 30 2 *'", 'this never is'],
    ["nightly --cron 'every day'", "write five or six fields in quotes, such as '0 3 * * *'"],
  ])('refuses %s with a sentence, and changes nothing', async (options, sentence) => {
    const before = read('src/tasks/tasks.module.ts');
    const { code, output } = await run(`npm run -s make:task -- ${options}`);
    expect(code).toBe(1);
    expect(output).toContain(sentence);
    expect(read('src/tasks/tasks.module.ts')).toBe(before);
  });

  it('is followed by a check that finds a task without a module', async () => {
    await run('sed -i /DrainQueueModule/d src/tasks/tasks.module.ts');
    const { code, output } = await run('npm run -s check:imports');
    expect(code).not.toBe(0);
    expect(output).toContain('src/tasks/drain-queue/drain-queue.task.ts');
    expect(output).toContain('every-task-is-in-a-module');
  });
});
