import { hostname } from 'node:os';
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ClaimedRun } from '../src/ledger/run-ledger.ts';
import { manualClaim, NOON, slotClaim } from '../src/ledger/testing/claims.ts';
import { removeTemporaryFolders, temporaryPath, TestLedger } from '../src/ledger/testing/test-ledger.ts';
import type { Run } from '../src/runs/run.ts';
import { SecondProcess } from './ledger/second-process.ts';

let path: string;
let ledger: TestLedger;

beforeEach(() => {
  path = temporaryPath();
  ledger = new TestLedger(path);
});

afterEach(async () => {
  await ledger.store.close();
  await SecondProcess.killAll();
  removeTemporaryFolders();
});

describe('a second service on the same ledger', () => {
  it('refuses to start and names the first', async () => {
    const first = await SecondProcess.open('service', path);
    const refusal = ledger.store.open('service');
    await expect(refusal).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await expect(refusal).rejects.toThrow(path);
    await expect(refusal).rejects.toThrow(`process ${first.pid} on ${hostname()}, since 20`);
  });

  it('starts when the first has ended', async () => {
    const first = await SecondProcess.open('service', path);
    await first.ask('close');
    await expect(ledger.store.open('service')).resolves.toBeUndefined();
  });
});

describe('a service that was killed', () => {
  it('leaves runs that the next one resumes, with reference instant and progress', async () => {
    const first = await SecondProcess.open('service', path);
    const claimed = await first.ask<ClaimedRun>('claim', 'a');
    await first.ask('checkpoint', claimed.run.id, ['x', 'y']);
    await first.kill();

    ledger.clock.advance(1_000);
    await ledger.store.open('service');
    const [resumed] = await ledger.runs.takeOver();
    expect(resumed).toMatchObject({
      run: { id: claimed.run.id, attempt: 2, status: 'running' },
      resume: { pending: ['x', 'y'], unconfirmed: [], crashed: true },
    });
    expect(resumed?.at.toISOString()).toBe(claimed.execution?.at);
  });

  it('leaves its slots taken', async () => {
    const first = await SecondProcess.open('service', path);
    await first.ask('claimSlot', 'a', NOON);
    await first.kill();
    await ledger.store.open('service');
    expect(await ledger.claim(slotClaim('a', NOON))).toBeNull();
  });
});

describe('a command beside a service', () => {
  it('shares its slots and its active runs', async () => {
    await ledger.store.open('service');
    const command = await SecondProcess.open('command', path);
    await command.ask('claimSlot', 'a', NOON);
    expect(await ledger.claim(slotClaim('a', NOON))).toBeNull();
    expect((await ledger.claim(manualClaim('a')))?.run).toMatchObject({ status: 'skipped', reason: 'overlap' });
    expect((await ledger.history.list({ limit: 10 })).length).toBe(2);
  });

  it('keeps its run while it lives; killed, it loses it to the service', async () => {
    await ledger.store.open('service');
    const command = await SecondProcess.open('command', path);
    const { run } = await command.ask<ClaimedRun>('claim', 'a');
    expect(await ledger.runs.takeOver()).toEqual([]);
    await command.kill();
    const [resumed] = await ledger.runs.takeOver();
    expect(resumed?.run).toMatchObject({ id: run.id, attempt: 2 });
  });

  it('takes nothing over', async () => {
    const service = await SecondProcess.open('service', path);
    await service.ask('claim', 'a');
    await ledger.store.open('command');
    expect(await ledger.runs.takeOver()).toEqual([]);
    expect((await ledger.claim(manualClaim('a')))?.run.status).toBe('skipped');
  });

  it('is one of many', async () => {
    await ledger.store.open('command');
    const other = await SecondProcess.open('command', path);
    const { run } = await other.ask<ClaimedRun>('claim', 'a');
    expect(run.status).toBe('running');
    expect((await ledger.claim(manualClaim('b')))?.run.status).toBe('running');
  });

  it('leaves no files behind', async () => {
    await ledger.store.open('service');
    const orderly = await SecondProcess.open('command', path);
    await orderly.ask('close');
    const killed = await SecondProcess.open('command', path);
    await killed.ask('claim', 'a');
    await killed.kill();
    await ledger.runs.takeOver();
    expect(readdirSync(dirname(path)).filter((file) => file.includes('command-lock'))).toEqual([]);
  });
});

describe('a run by hand', () => {
  it('resumes the run of a killed process instead of being skipped', async () => {
    const killed = await SecondProcess.open('command', path);
    const { run } = await killed.ask<ClaimedRun>('claim', 'a');
    await killed.kill();
    await ledger.store.open('command');
    const claimed = await ledger.claim(manualClaim('a'));
    expect(claimed?.execution).toMatchObject({ run: { id: run.id, attempt: 2 }, resume: { crashed: true } });
  });

  it('leaves a scheduled slot its own outcome', async () => {
    const killed = await SecondProcess.open('command', path);
    await killed.ask('claim', 'a');
    await killed.kill();
    await ledger.store.open('service');
    expect((await ledger.claim(slotClaim('a', NOON)))?.run).toMatchObject({ status: 'skipped', reason: 'overlap' });
  });
});

describe('a reader', () => {
  it('sees what a service has just recorded', async () => {
    const service = await SecondProcess.open('service', path);
    await ledger.store.open('reader');
    expect(await ledger.history.list({ limit: 10 })).toEqual([]);
    const { run } = await service.ask<ClaimedRun>('claim', 'a');
    expect((await ledger.history.list({ limit: 10 })).map(({ id }) => id)).toEqual([run.id]);
  });

  it('sees what a killed service has recorded', async () => {
    const service = await SecondProcess.open('service', path);
    const { run } = await service.ask<ClaimedRun>('claim', 'a');
    await service.kill();
    await ledger.store.open('reader');
    expect((await ledger.history.list({ limit: 10 })).map(({ id }) => id)).toEqual([run.id]);
  });
});

describe('a file that must not grow any further', () => {
  it('is a full disk: nothing refused is recorded, all recorded stays', async () => {
    const service = await SecondProcess.open('service', path, { limit: 1_200 });
    let recorded = 0;
    const refusal = (async () => {
      for (;;) {
        await service.ask('claim', `task_${recorded}`);
        recorded++;
      }
    })();
    await expect(refusal).rejects.toThrow(/worker\.db (could not be read or written|has no room).*disk/);
    expect(recorded).toBeGreaterThan(0);
    expect(await service.ask<Run[]>('history')).toHaveLength(recorded);
    await service.kill();
    await ledger.store.open('service');
    expect(await ledger.runs.takeOver()).toHaveLength(recorded);
  });
});
