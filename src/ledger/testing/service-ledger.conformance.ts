import type { ServiceTask } from '../service-ledger.js';
import { manualClaim, start } from './claims.js';
import { type SetUp, useLedger } from './ledger-under-test.js';

const TASKS: readonly ServiceTask[] = [
  { name: 'a', schedule: 'every 1h', timezone: 'UTC', timeout: 1_000, manualOnly: false },
  { name: 'b', schedule: null, timezone: null, timeout: 2_000, manualOnly: true },
];

/** What `ServiceLedger` promises, and `RunHistory` of runs whose process is dead. */
export function describeServiceLedger(setUp: SetUp): void {
  const test = useLedger(setUp);

  describe('the service', () => {
    it('is known to others with what it has told', async () => {
      await test.ledger.services.announce({ url: 'http://127.0.0.1:1', tasks: TASKS });
      await test.ledger.services.announce({ url: 'http://127.0.0.1:3000', tasks: TASKS });
      const other = await test.under.open('command');
      const service = await other.services.running();
      expect(service).toEqual({
        pid: process.pid,
        host: expect.any(String),
        startedAt: expect.any(Date),
        replicas: 1,
        announcement: { url: 'http://127.0.0.1:3000', tasks: TASKS },
      });
    });

    it('is known before it has told anything', async () => {
      expect(await test.ledger.services.running()).toMatchObject({ pid: process.pid, announcement: null });
    });

    it('and the commands beside it are the workers, as long as they live', async () => {
      await test.ledger.services.announce({ url: 'http://127.0.0.1:3000', tasks: TASKS });
      test.clock.advance(1);
      const command = await test.under.open('command');
      await start(command.runs, manualClaim('a'));
      const workers = await test.ledger.services.workers();
      expect(workers).toMatchObject([
        { role: 'service', url: 'http://127.0.0.1:3000', pid: process.pid, startedAt: expect.any(Date) },
        { role: 'command', url: null },
      ]);
      await command.end();
      expect(await test.ledger.services.workers()).toMatchObject([{ role: 'service' }]);
    });

    it('is forgotten when it ends, and a command is no service', async () => {
      await test.ledger.services.announce({ url: 'http://127.0.0.1:3000', tasks: TASKS });
      const other = await test.under.open('command');
      await test.ledger.end();
      expect(await other.services.running()).toBeNull();
    });
  });

  describe('a run whose process is dead', () => {
    it('is interrupted, wherever it is shown', async () => {
      const command = await test.under.open('command');
      const { run } = await start(command.runs, manualClaim('a'));
      expect(await test.ledger.history.find(run.id)).toMatchObject({ status: 'running' });
      await command.end();
      const { history } = test.ledger;
      expect(await history.find(run.id)).toMatchObject({ id: run.id, status: 'interrupted' });
      expect(await history.list({ limit: 1 })).toMatchObject([{ id: run.id, status: 'interrupted' }]);
      expect((await history.overview()).get('a')?.lastRun).toMatchObject({ id: run.id, status: 'interrupted' });
      expect(await history.list({ statuses: ['interrupted'], limit: 1 })).toMatchObject([{ id: run.id }]);
      expect(await history.list({ statuses: ['running'], limit: 1 })).toEqual([]);
    });
  });
}
