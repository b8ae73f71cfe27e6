import { existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ledgerUnavailable } from '../sql/ledger-unavailable.js';
import { stampOf } from './ledger-stamp.js';
import { PRIVATE_FOLDER_MODE } from './private-file.js';

/** The default folder, the only one that is created: any other may be a volume to be mounted. */
const DEFAULT_FOLDER = 'data';

/** What the lock of the service is marked with once there is a ledger; above it: its stamp. */
export const USED = 1;

/** The ledger's file and the files beside it. */
export class LedgerFile {
  constructor(readonly path: string) {}

  /** The same for all names of one file: a symbolic link must not hide one service from another. */
  static at(path: string): LedgerFile {
    return new LedgerFile(targetOf(path));
  }

  get writeAheadLog(): string {
    return `${this.path}-wal`;
  }

  /** The index of the write-ahead log. SQLite makes it anew where it is missing. */
  get logIndex(): string {
    return `${this.path}-shm`;
  }

  get serviceLock(): string {
    return `${this.path}.service-lock`;
  }

  commandLock(processId: string): string {
    return `${this.path}.command-lock-${processId}`;
  }

  isCommandLock(name: string): boolean {
    return name.startsWith(basename(this.commandLock('')));
  }

  /** Whether that file is the ledger, or one that it has beside it. */
  owns(path: string): boolean {
    const { path: ledger, writeAheadLog, logIndex, serviceLock } = this;
    const own = [ledger, writeAheadLog, logIndex, serviceLock];
    return own.includes(targetOf(path)) || path.startsWith(this.commandLock(''));
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
    return existsSync(this.writeAheadLog);
  }

  /** Whether there are changes that the file itself may lack. */
  get hasLoggedChanges(): boolean {
    return !!statSync(this.writeAheadLog, { throwIfNoEntry: false })?.size;
  }

  requireFile(): void {
    if (statSync(this.path, { throwIfNoEntry: false })?.isFile() !== false) return;
    throw ledgerUnavailable(this.path, {
      problem: 'is a folder, a pipe or a device',
      remedy: 'Point DATABASE_URL at a file',
    });
  }

  /** Locks lie beside one name of the file: a service that uses another name would not see them. */
  requireOneName(): void {
    const file = statSync(this.path, { throwIfNoEntry: false });
    if (!file || file.nlink <= 1) return;
    throw ledgerUnavailable(this.path, {
      problem: `has ${file.nlink} names (hard links), of which another service may use one`,
      remedy: 'Remove the others; a symbolic link does no harm',
    });
  }

  requireFolder(): void {
    const folder = dirname(this.path);
    if (existsSync(folder)) return;
    if (folder === resolve(DEFAULT_FOLDER)) {
      mkdirSync(folder, { mode: PRIVATE_FOLDER_MODE });
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
    const rest = usedBefore ? this.serviceLock : this.writeAheadLog;
    throw ledgerUnavailable(this.path, {
      problem: `${found}, though it was in use before`,
      remedy: `Restore it from a backup, or remove ${rest} to begin an empty one`,
    });
  }

  /**
   * A write-ahead log is replayed over any file of that name, also over a backup that was put
   * beside it: the result is neither of them.
   *
   * @param mark of the lock of the service: the stamp of the file that the log belongs to
   */
  requireOwnLog(mark: number): void {
    if (mark <= USED || this.vacant || !this.hasLoggedChanges || stampOf(this.path) === mark) return;
    const [log, index] = [basename(this.writeAheadLog), basename(this.logIndex)];
    throw ledgerUnavailable(this.path, {
      problem: `is another file than the one that ${log} belongs to: a backup was put beside the log of the file before, or another program changed its schema`,
      remedy: `To use a backup as it is, move ${log} and ${index} aside; \`worker restore\` does so by itself. After VACUUM or a change of the schema alone, remove ${basename(this.serviceLock)}, so that nothing in the log is lost`,
    });
  }
}

/** Follows symbolic links also to where there is no file yet. */
function targetOf(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const folder = dirname(path);
  const place = existsSync(folder) ? join(realpathSync(folder), basename(path)) : path;
  const isLink = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink();
  return isLink ? targetOf(resolve(dirname(place), readlinkSync(place))) : place;
}
