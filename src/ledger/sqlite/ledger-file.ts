import { existsSync, mkdirSync, realpathSync, rmSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { SECOND } from '../../time/duration.js';
import { ledgerUnavailable } from '../sql/ledger-unavailable.js';

/** The default folder, the only one that is created: any other may be a volume to be mounted. */
const DEFAULT_FOLDER = 'data';

/** How long a look at the file holds: with each commit it would cost an eighth of a short run. */
const LOOK_HOLDS_MS = SECOND;

/** The ledger's file and the files beside it. */
export class LedgerFile {
  private opened: Stats | undefined;
  private sameUntil = 0;

  constructor(readonly path: string) {}

  /** The same for all names of one file: a symbolic link must not hide one service from another. */
  static at(path: string): LedgerFile {
    return new LedgerFile(existsSync(path) ? realpathSync(path) : path);
  }

  get serviceLock(): string {
    return `${this.path}.service-lock`;
  }

  commandLock(processId: string): string {
    return `${this.path}.command-lock-${processId}`;
  }

  removeCommandLock(processId: string): void {
    rmSync(this.commandLock(processId), { force: true });
  }

  /** Whether there is nothing in it, be it absent or empty. */
  get vacant(): boolean {
    return !statSync(this.path, { throwIfNoEntry: false })?.size;
  }

  /** Present as long as a process has the ledger open for writing, and after a crash. */
  get hasWriteAheadLog(): boolean {
    return existsSync(`${this.path}-wal`);
  }

  requireFolder(): void {
    const folder = dirname(this.path);
    if (existsSync(folder)) return;
    if (folder === resolve(DEFAULT_FOLDER)) {
      mkdirSync(folder);
      return;
    }
    throw ledgerUnavailable(this.path, {
      problem: `has no folder: ${folder} does not exist`,
      remedy: 'Create or mount it, or point DATABASE_URL at another file',
    });
  }

  /** A ledger that was in use is never replaced by an empty one unasked. */
  requireNeverUsed(usedBefore: boolean): void {
    if (!usedBefore && !this.hasWriteAheadLog) return;
    // A first start leaves these signs, but only after it has begun the file.
    if (!this.vacant) return;
    const found = existsSync(this.path) ? 'is empty' : 'is missing';
    const rest = usedBefore ? this.serviceLock : `${this.path}-wal`;
    throw ledgerUnavailable(this.path, {
      problem: `${found}, though it was in use before`,
      remedy: `Restore it from a backup, or remove ${rest} to begin an empty one`,
    });
  }

  /** Remembers which file the path means, for `requireSame`. */
  rememberIdentity(): void {
    this.opened = this.find();
  }

  /**
   * What is written to a file that was removed or replaced is lost, though every write succeeds.
   * That is noticed within a second, and is then lost with all that was written before.
   */
  requireSame(): void {
    const now = performance.now();
    if (now < this.sameUntil) return;
    const found = this.find();
    if (found?.ino === this.opened?.ino && found?.dev === this.opened?.dev) {
      this.sameUntil = now + LOOK_HOLDS_MS;
      return;
    }
    throw ledgerUnavailable(this.path, {
      problem: 'was removed or replaced while in use',
      remedy: 'Put it back, or restart the worker to use the file that is there now',
    });
  }

  private find(): Stats | undefined {
    return statSync(this.path, { throwIfNoEntry: false });
  }
}
