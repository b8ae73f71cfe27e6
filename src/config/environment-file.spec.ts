import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironmentFile } from './environment-file.js';

describe('readEnvironmentFile', () => {
  let folder: string;
  const named = (file: string) => ['node', 'main.js', '--env-file', file];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'environment-file-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('finds nothing where there is no file', () => {
    expect(readEnvironmentFile([], folder)).toBeUndefined();
  });

  it("reads .env of the program's folder", () => {
    const path = join(folder, '.env');
    writeFileSync(path, '# comment\nPORT=4000\nDATA_API_TOKEN="a b"\n');
    expect(readEnvironmentFile([], folder)).toEqual({
      path,
      variables: { PORT: '4000', DATA_API_TOKEN: 'a b' },
      worldWritable: false,
    });
  });

  it('reads the named file instead', () => {
    writeFileSync(join(folder, '.env'), 'PORT=1\n');
    const path = join(folder, 'other');
    writeFileSync(path, 'PORT=2\n');
    for (const argv of [named(path), ['node', 'cli.js', 'list', `--env-file=${path}`, '--json']]) {
      expect(readEnvironmentFile(argv, folder)).toMatchObject({ path, variables: { PORT: '2' } });
    }
  });

  it('does not look into the working directory', () => {
    const usual = process.cwd();
    writeFileSync(join(folder, '.env'), 'DATA_API_URL=http://evil\n');
    process.chdir(folder);
    try {
      expect(readEnvironmentFile([])?.path).not.toBe(join(folder, '.env'));
    } finally {
      process.chdir(usual);
    }
  });

  it('tells of a file that every user may change', () => {
    const path = join(folder, '.env');
    writeFileSync(path, 'PORT=1\n');
    chmodSync(path, 0o666);
    expect(readEnvironmentFile([], folder)).toMatchObject({ worldWritable: true });
  });

  it.each<[string, (path: string) => void, string]>([
    ['a folder', (path) => mkdirSync(path), 'a regular file, not a folder'],
    ['a pipe, without waiting for a writer', (path) => execFileSync('mkfifo', [path]), 'a regular file, not a pipe'],
    ['too large', (path) => writeFileSync(path, 'x'.repeat(70_000)), 'a file of at most 64 KiB'],
    ['missing, and was named', () => {}, 'a file that can be read (ENOENT)'],
  ])('says what is expected where the file is %s', (_what, make, expected) => {
    const path = join(folder, 'file');
    make(path);
    expect(readEnvironmentFile(named(path), folder)).toMatchObject({ path, variables: {}, expected });
  });
});
