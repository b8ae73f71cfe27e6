import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from './load-settings.js';

describe('the ledger is warned of', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-access-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const warnings = (of = folder) => {
    const path = join(of, 'worker.db');
    const settings = loadSettings({ DATA_API_URL: 'http://127.0.0.1:9', DATABASE_URL: `sqlite:${path}` });
    return settings.warnings.map(({ subject, message }) => `${subject} ${message}`.replace(folder, ''));
  };
  const ledger = (mode: number) => {
    writeFileSync(join(folder, 'worker.db'), '');
    chmodSync(join(folder, 'worker.db'), mode);
  };

  it.each([0o777, 0o1777, 0o773])('when others may write to its folder: %i', (mode) => {
    chmodSync(folder, mode);
    expect(warnings()).toEqual([expect.stringMatching(/^ can be changed by every user .* mode 700/)]);
  });

  it('when others may read the file, which lets them lock it', () => {
    chmodSync(folder, 0o755);
    ledger(0o644);
    expect(warnings()).toEqual([expect.stringMatching(/^\/worker.db can be read, .* mode 600/)]);
  });

  it.each<[string, number, number | null]>([
    ['the folder and the file are its owner’s alone', 0o700, 0o600],
    ['others cannot reach the file', 0o700, 0o644],
    ['a group shares them', 0o770, 0o660],
    ['there is no file yet', 0o755, null],
  ])('but not when %s', (_, folderMode, fileMode) => {
    chmodSync(folder, folderMode);
    if (fileMode !== null) ledger(fileMode);
    expect(warnings()).toEqual([]);
  });

  it('but not when there is no folder yet', () => {
    expect(warnings(join(folder, 'absent'))).toEqual([]);
  });
});
