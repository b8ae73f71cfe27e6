import type { DatabaseSync } from 'node:sqlite';
import { USED } from './ledger-file.js';
import { stamp } from './ledger-stamp.js';
import type { ProcessLock } from './process-lock.js';

/**
 * The stamp of the ledger, in the file and in the lock of the service, which has to be the same in
 * both. Another program that changes the schema raises that of the file; VACUUM does so, too.
 */
export class FileStamp {
  private left: number | undefined;

  constructor(
    private readonly database: DatabaseSync,
    private readonly lock: ProcessLock,
  ) {}

  renew(): void {
    // Between the two a reader must not miss the file that it knows.
    this.lock.leaveMark(USED);
    this.left = stamp(this.database);
    this.lock.leaveMark(this.left ?? USED);
  }

  /** Call it when another process has changed the file. Never throws: the next call tries again. */
  follow(): void {
    try {
      if (this.current() !== this.left) this.renew();
    } catch {
      this.left = undefined;
    }
  }

  private current(): number {
    return Number(this.database.prepare('pragma schema_version').get()?.['schema_version']);
  }
}
