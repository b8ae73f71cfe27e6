import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = new URL('ledger/racing-process.ts', import.meta.url).pathname;
const PAIRS = 100;
/** The two need a moment to be told. */
const LEAD_MS = 10;
/** A tenth of what a start waits: two that fail in step would show in these pairs. */
const MAX_WAIT_MS = 100;

async function startRacer() {
  const child = spawn(process.execPath, ['--no-warnings', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  const race = async (path: string, at: number): Promise<boolean> => {
    child.stdin.write(`${JSON.stringify({ path, at, maxWaitMs: MAX_WAIT_MS })}\n`);
    const [answer] = (await once(lines, 'line')) as [string];
    return answer === 'true';
  };
  return { race, kill: () => child.kill('SIGKILL') };
}

describe('the lock of a service', () => {
  it('goes to exactly one of two that try in the same instant', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'process-lock-'));
    const racers = await Promise.all([startRacer(), startRacer()]);
    const holders: number[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      const at = Date.now() + LEAD_MS;
      const acquired = await Promise.all(racers.map(({ race }) => race(join(folder, String(pair)), at)));
      holders.push(acquired.filter(Boolean).length);
    }
    for (const { kill } of racers) kill();
    rmSync(folder, { recursive: true });
    expect(holders).toEqual(Array.from({ length: PAIRS }, () => 1));
  });
});
