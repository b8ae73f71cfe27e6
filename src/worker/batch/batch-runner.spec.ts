import type { WorkerSettings } from '../../config/settings.js';
import { MemoryLedger } from '../../ledger/testing/memory/memory-ledger.js';
import { singlePage } from '../authoring/pages/pages.js';
import { aBatchContext } from '../testing/batch-context.fake.js';
import { BatchRunner } from './batch-runner.js';

const upTo = (max: number) => ({ concurrency: { min: 1, max } });

/** How many of 50 items are in work at once, at the most. */
async function mostInWork(apis: readonly number[], concurrency = Infinity): Promise<number> {
  const { context, events } = aBatchContext({ concurrency });
  const settings = { dataApi: upTo(4), apis: apis.map(upTo) } as unknown as WorkerSettings;
  let inWork = 0;
  let most = 0;
  const work = {
    pages: singlePage(async () => Array.from({ length: 50 }, (_, id) => id)),
    idOf: String,
    processItem: async () => {
      most = Math.max(most, ++inWork);
      await new Promise((resolve) => setImmediate(resolve));
      inWork--;
    },
  };
  await new BatchRunner(new MemoryLedger().items, events, settings).run(work, context);
  return most;
}

describe('A batch', () => {
  it('has as many items in work as the API with the widest bounds takes, or the task wants', async () => {
    expect(await mostInWork([])).toBe(4);
    expect(await mostInWork([2, 9])).toBe(9);
    expect(await mostInWork([9], 3)).toBe(3);
  });
});
