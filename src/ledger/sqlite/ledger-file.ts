import { existsSync, mkdirSync, realpathSync, rmSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { SECOND } from '../../time/duration.js';
import { ledgerUnavailable } from './ledger-problem.js';

/** The folder of the default `DATABASE_URL`, the only one that is created: any other may be a volume to be mounted. */
const DEFAULT_FOLDER = 'data';

/** How long a look at the file is good for: one before each commit takes a twentieth of the CPU of a short run. */
const LOOK_HOLDS = SECOND;

/** The ledger's file and the files beside it. */
export class LedgerFile {
  private opened: Stats | undefined;
  private sameUntil = 0;

  constructor(readonly path: string) {}

  /** The same for all names of one file: two services must not miss each other because of a symbolic link. */
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

  /** Present as long as anybody has the ledger open for writing, and after a crash. */
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
      remedy: 'Create or mount it, or let DATABASE_URL name another file',
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

  /** Remembers which file is meant by the path, for `requireSame`. */
  rememberIdentity(): void {
    this.opened = this.find();
  }

  /**
   * What is written to a file that was removed or replaced is lost, though every write succeeds. This is noticed within
   * a second; what was written in it is lost with all that was written before.
   */
  requireSame(): void {
    const now = performance.now();
    if (now < this.sameUntil) return;
    if (this.isOpened(this.find())) {
      this.sameUntil = now + LOOK_HOLDS;
      return;
    }
    throw ledgerUnavailable(this.path, {
      problem: 'was removed or replaced while in use',
      remedy: 'Put it back, or restart the worker to use the file that is there now',
    });
  }

  private isOpened(found: Stats | undefined): boolean {
    return found?.ino === this.opened?.ino && found?.dev === this.opened?.dev;
  }

  private find(): Stats | undefined {
    return statSync(this.path, { throwIfNoEntry: false });
  }
}
