import { copyFileSync } from 'node:fs';
import { describeLedger } from '../testing/ledger.conformance.js';
import { TestClock } from '../testing/test-clock.js';
import { removeTemporaryFolders, temporaryPath, TestLedger } from '../testing/test-ledger.js';

let empty: string;

/** Made once: to create a ledger takes many commits. */
beforeAll(async () => {
  empty = temporaryPath();
  const ledger = await TestLedger.open('service', empty);
  await ledger.end();
});

afterAll(removeTemporaryFolders);

describeLedger(
  'SQLite',
  async () => {
    const clock = new TestClock();
    const path = temporaryPath();
    copyFileSync(empty, path);
    const opened: TestLedger[] = [];
    return {
      clock,
      open: async (role) => {
        const ledger = await TestLedger.open(role, path, clock);
        opened.push(ledger);
        return ledger;
      },
      remove: async () => {
        for (const ledger of opened) await ledger.end();
      },
    };
  },
  { second: 'command' },
);
