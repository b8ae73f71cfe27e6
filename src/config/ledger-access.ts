import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSettings } from './database-settings.js';
import type { ConfigurationWarning } from './settings.js';

const WRITE_OF_OTHERS = 0o002;
const ENTER_OF_OTHERS = 0o001;
const ANY_OF_OTHERS = 0o007;

/** Whoever writes to the folder can replace the ledger; whoever reads the file can lock it. */
export function ledgerAccessWarnings(database: DatabaseSettings): ConfigurationWarning[] {
  if (!('path' in database)) return [];
  const { path } = database;
  const folder = modeOf(dirname(path));
  if (folder & WRITE_OF_OTHERS) {
    const message =
      'can be changed by every user of this machine, and the ledger in it replaced; use a folder of mode 700';
    return [{ subject: dirname(path), message }];
  }
  if (!(folder & ENTER_OF_OTHERS) || !(modeOf(path) & ANY_OF_OTHERS)) return [];
  return [
    { subject: path, message: 'can be read, and by that locked, by every user of this machine; set it to mode 600' },
  ];
}

/** Of what is not there, nothing. */
function modeOf(path: string): number {
  try {
    return statSync(path).mode;
  } catch {
    return 0;
  }
}
