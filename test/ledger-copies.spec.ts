import { copyFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { settings } from './faults/scenario.ts';
import { useScenario } from './faults/use-scenario.ts';

const EVERY_SECOND = settings('cleanup_old_orders', { SCHEDULE: 'every 1s' });

describe('a backup', () => {
  const test = useScenario();
  const target = () => join(test.current.folder, 'backup.db');

  it('is made beside a working service, and put back when that has ended', async () => {
    const service = await test.current.ready(EVERY_SECOND);
    await service.log.find('Run succeeded');
    expect(await test.current.run(['backup', target()])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Backed up \S+worker\.db to \S+backup\.db \(\d+ KiB\)\.$/),
    });
    expect(statSync(target()).mode & 0o777).toBe(0o600);
    const again = await test.current.run(['backup', target()]);
    expect(again).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('--overwrite') });
    const early = await test.current.run(['restore', target()]);
    expect(early).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('in use by a service') });
    await service.log.next('Run succeeded');
    await service.stop('SIGKILL');

    const { code, stdout } = await test.current.run(['restore', target(), '--json']);
    const restored = JSON.parse(stdout) as { runs: number; replaced: string };
    expect({ code, restored }).toMatchObject({ code: 0, restored: { file: target(), ledger: test.current.ledger } });
    const kept = await test.current.history(undefined, { DATABASE_URL: `sqlite:${restored.replaced}` });
    expect(kept.length).toBeGreaterThan(restored.runs);
    expect(await test.current.history()).toHaveLength(restored.runs);
    const next = await test.current.ready(EVERY_SECOND);
    await next.log.find('Run succeeded');
    await next.stop();
  });

  it('copied over the file of a killed service is noticed by the start', async () => {
    test.expectations = { ledger: false };
    const service = await test.current.ready(EVERY_SECOND);
    await service.log.find('Run succeeded');
    await test.current.run(['backup', target()]);
    await service.log.next('Run succeeded');
    await service.stop('SIGKILL');
    copyFileSync(target(), test.current.ledger);
    const start = await test.current.start(EVERY_SECOND);
    expect(await start.exit()).toMatchObject({ code: 1 });
    expect(start.errorOutput.text).toMatch(
      /a backup was put beside the log .* move worker\.db-wal and worker\.db-shm aside/,
    );
    expect(await test.current.run(['list'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('`worker restore`'),
    });
    expect(await test.current.run(['restore', target()])).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/The ledger before is kept as \S+\.before-/),
    });
    const next = await test.current.ready(EVERY_SECOND);
    await next.stop();
  });
});
