import { aCheckpoint, manualClaim, start } from '../../ledger/testing/claims.js';
import { MemoryLedger } from '../../ledger/testing/memory/memory-ledger.js';
import type { RunHistory } from '../../ledger/run-history.js';
import { aRun } from '../testing/task-context.fake.js';
import { UsualRuns } from './usual-runs.js';

const items = (total: number) => ({ total, succeeded: total, failed: 0, skipped: 0 });
const RUN = aRun({ task: 'orders' });
const NONE = 'no items, where about 100 are usual';

describe('UsualRuns', () => {
  let ledger: MemoryLedger;
  let usual: UsualRuns;

  beforeEach(async () => {
    ledger = new MemoryLedger();
    usual = new UsualRuns(ledger.history);
    for (let run = 0; run < 20; run++) await record(100);
  });

  async function record(total: number): Promise<void> {
    const execution = await start(ledger.runs, manualClaim('orders'));
    await ledger.runs.finish(execution, { status: 'succeeded' }, aCheckpoint({ items: items(total) }));
  }

  it('compares a run with those on record, and with those of its own', async () => {
    expect(await usual.judge(RUN, items(0), null)).toBe(NONE);
    expect(await usual.judge(RUN, items(100), null)).toBeNull();
  });

  it('looks again at the ledger before it suspects anything: others have runs, too', async () => {
    expect(await usual.judge(RUN, items(100), null)).toBeNull();
    for (let run = 0; run < 20; run++) await record(run);
    expect(await usual.judge(RUN, items(0), null)).toBeNull();
  });

  it.each([
    ['a dry run', { dryRun: true }],
    ['a retry', { trigger: 'retry' }],
    ['a run with inputs', { params: { since: '2026-01-01' } }],
  ] as const)('does not judge %s', async (_kind, changes) => {
    expect(await usual.judge({ ...RUN, ...changes }, items(0), null)).toBeNull();
  });

  it('suspects nothing while the ledger cannot be read', async () => {
    const unreadable = { list: () => Promise.reject(new Error('disk')) } as unknown as RunHistory;
    expect(await new UsualRuns(unreadable).judge(RUN, items(0), null)).toBeNull();
  });
});
