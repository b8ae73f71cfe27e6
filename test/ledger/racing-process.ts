import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { ProcessLock as Lock } from '../../src/ledger/sqlite/process-lock.ts';
import { DIST } from '../built-program.ts';

// Tries for the lock that a line of its input names, at the instant that it names, and answers
// whether it has it.
const module = pathToFileURL(join(DIST, 'ledger/sqlite/process-lock.js')).href;
const { ProcessLock } = (await import(module)) as { ProcessLock: typeof Lock };

/** A lock that nothing refers to is let go. */
const locks: Lock[] = [];

createInterface({ input: process.stdin }).on('line', (line) => {
  const { path, at, maxWaitMs } = JSON.parse(line) as { path: string; at: number; maxWaitMs: number };
  const lock = new ProcessLock(path);
  locks.push(lock);
  while (Date.now() < at);
  void lock.acquire(maxWaitMs).then((acquired) => process.stdout.write(`${acquired}\n`));
});

process.stdout.write('ready\n');
