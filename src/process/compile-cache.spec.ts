import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOurs } from './compile-cache.js';

const asRoot = process.getuid?.() === 0 ? it : it.skip;

/** Security 1. */
describe('a folder for compiled code', () => {
  let parent: string;
  let folder: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'compile-cache-'));
    folder = join(parent, '.cache');
  });

  afterEach(() => rmSync(parent, { recursive: true }));

  it('is made for this user alone', () => {
    expect(isOurs(folder)).toBe(true);
    expect(lstatSync(folder).mode & 0o777).toBe(0o700);
  });

  it('is taken again', () => {
    mkdirSync(folder, { mode: 0o700 });
    expect(isOurs(folder)).toBe(true);
  });

  it.each([0o701, 0o750, 0o720, 0o777])('is not taken with mode %o', (mode) => {
    mkdirSync(folder);
    chmodSync(folder, mode);
    expect(isOurs(folder)).toBe(false);
  });

  it('is not taken in a folder where others may replace it', () => {
    chmodSync(parent, 0o777);
    expect(isOurs(folder)).toBe(false);
    chmodSync(parent, 0o1777);
    expect(isOurs(folder)).toBe(true);
  });

  asRoot('is not taken from another user', () => {
    mkdirSync(folder, { mode: 0o700 });
    chownSync(folder, 65_534, 65_534);
    expect(isOurs(folder)).toBe(false);
  });

  it('is not taken through a link', () => {
    const elsewhere = join(parent, 'elsewhere');
    mkdirSync(elsewhere, { mode: 0o700 });
    symlinkSync(elsewhere, folder);
    expect(isOurs(folder)).toBe(false);
  });

  it('is not taken where it cannot be made', () => {
    writeFileSync(folder, '');
    expect(isOurs(folder)).toBe(false);
  });
});
