import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DIST, ROOT } from './built-program.ts';

const run = promisify(execFile);

describe('The built program alone, as in an image', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'zone-data-'));
    cpSync(DIST, join(folder, 'dist'), { recursive: true });
    copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['America/Winnipeg', '08:00'],
    ['America/Inuvik', '09:00'],
  ])('brings the zone data of %s with it', async (timezone, time) => {
    const environment = {
      DATA_API_URL: 'http://127.0.0.1:9',
      TASK_CLEANUP_OLD_ORDERS_SCHEDULE: '0 3 15 1 *',
      TASK_CLEANUP_OLD_ORDERS_TIMEZONE: timezone,
    };
    const parameters = [join(folder, 'dist/cli.js'), 'schedule', 'cleanup_old_orders', '--next', '1', '--json'];
    const { stdout } = await run(process.execPath, parameters, { cwd: folder, env: environment });
    expect((JSON.parse(stdout) as string[])[0]).toMatch(new RegExp(`-01-15T${time}:00`));
  });
});
