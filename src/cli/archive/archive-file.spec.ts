import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchivedRow } from '../../ledger/ledger-archive.js';
import { countRows, writeArchive } from './archive-file.js';

const MIGRATION = '0001-first';

describe('an archive', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'archive-'));
    file = join(folder, 'archive.jsonl');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  async function* rows(): AsyncIterable<ArchivedRow> {
    yield { table: 'runs', row: { id: '1', note: 'é\n'.repeat(100_000) } };
    yield { table: 'runs', row: { id: '2', note: null } };
  }

  it('has as many rows as were written', async () => {
    expect(await writeArchive(file, MIGRATION, rows())).toBe(2);
    expect(await countRows(file, MIGRATION)).toBe(2);
  });

  it.each<[string, () => void, string]>([
    ['a pipe, without waiting for a writer', () => execFileSync('mkfifo', [file]), 'is not a regular file'],
    ['a device', () => (file = '/dev/zero'), 'is not a regular file'],
    ['a folder', () => (file = folder), 'is not a regular file'],
    ['not there', () => undefined, 'cannot be read (ENOENT'],
    ['one endless line', () => writeFileSync(file, Buffer.alloc(17 * 1024 * 1024, ' ')), 'a line of more than 16 MiB'],
    ['something else', () => writeFileSync(file, 'a letter\n'), 'is not JSON in line 1'],
  ])('that is %s is refused with a sentence', async (_, make, problem) => {
    make();
    const refused = expect(countRows(file, MIGRATION)).rejects;
    await refused.toMatchObject({ code: 'ARCHIVE_FILE', message: expect.stringContaining(problem) as string });
  });
});
