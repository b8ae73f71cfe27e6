import type { Clock } from '../../time/clock.js';
import { type LedgerBackup, LedgerCopies, type LedgerRestoration } from '../ledger-copies.js';
import { backUp } from './ledger-backup.js';
import { LedgerFile } from './ledger-file.js';
import { restore } from './ledger-restore.js';

export class SqliteLedgerCopies extends LedgerCopies {
  constructor(
    private readonly path: string,
    private readonly clock: Clock,
  ) {
    super();
  }

  backUp(file: string, options: { readonly overwrite: boolean }): Promise<LedgerBackup> {
    return backUp(LedgerFile.at(this.path), file, options);
  }

  restore(file: string): Promise<LedgerRestoration> {
    return restore(LedgerFile.at(this.path), file, this.clock.now());
  }
}
