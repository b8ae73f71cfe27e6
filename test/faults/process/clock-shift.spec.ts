import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ShiftedClock } from './shifted-clock.ts';

const PROGRAM = `
  const began = Date.now();
  const { setTimeout: sleep } = await import('node:timers/promises');
  const real = performance.now();
  await sleep(6_000);
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  console.log(JSON.stringify({ began: new Date(began), passed: Date.now() - began, real: performance.now() - real }));
`;

describe('the clock of a process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clock-shift-'));

  afterAll(() => rmSync(folder, { recursive: true }));

  it('shows the instant it was set to, and speeds its timers up with it', async () => {
    const clock = new ShiftedClock(folder, { at: new Date('2031-03-04T05:06:07Z'), speed: 60 });
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', PROGRAM], {
      env: { ...process.env, ...clock.environment },
    });
    const { began, passed, real } = JSON.parse(stdout) as { began: string; passed: number; real: number };
    expect(began).toMatch(/^2031-03-04T05:0[6-9]/);
    expect(passed).toBeGreaterThanOrEqual(11_000);
    expect(real).toBeLessThan(6_000);
  });
});
