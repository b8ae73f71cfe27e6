import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = mkdtempSync(join(tmpdir(), 'worker-bench-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));

/** An empty folder on disk, removed when this process ends. */
export function newFolder(): string {
  return mkdtempSync(join(root, 'run-'));
}
