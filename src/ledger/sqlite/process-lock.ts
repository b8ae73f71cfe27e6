import { existsSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { openForReading } from './open-database.js';
import { createPrivate } from './private-file.js';
import { isBusy } from './sqlite-error.js';

const MIN_POLL_MS = 5;
const MAX_POLL_MS = 50;

/**
 * An exclusive lock on a file that the operating system takes back when the process ends, however
 * it ends. It is SQLite's lock on a database of no tables, because Node itself offers none.
 *
 * Never open the file by other means in a process that holds the lock: closing it would release the
 * lock (POSIX `fcntl`).
 */
export class ProcessLock {
  private database: DatabaseSync | undefined;

  /** `passing`: nothing of the lock remains once it is released. */
  constructor(
    private readonly path: string,
    private readonly passing = false,
  ) {}

  /** Whether a living process holds the lock of this path. Needs no right to write. */
  static isHeld(path: string): boolean {
    if (!existsSync(path)) return false;
    const database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    try {
      database.prepare('select count(*) from sqlite_schema').get();
      return false;
    } catch (error) {
      if (isBusy(error)) return true;
      throw error;
    } finally {
      database.close();
    }
  }

  /** What a holder has left by `leaveMark`; 0: none has. Only looks, also while it is held. */
  static markOf(path: string): number {
    if (!existsSync(path)) return 0;
    const database = openForReading(path, { unchanging: true });
    try {
      return readMark(database);
    } finally {
      database.close();
    }
  }

  /** False when another process holds it for longer. One that probes it holds it for a moment. */
  async acquire(maxWaitMs: number): Promise<boolean> {
    const deadline = performance.now() + maxWaitMs;
    while (!this.tryAcquire()) {
      if (performance.now() > deadline) return false;
      // By chance: two that always try in the same instant can both fail every time.
      await sleep(MIN_POLL_MS + Math.random() * (MAX_POLL_MS - MIN_POLL_MS));
    }
    return true;
  }

  release(): void {
    this.database?.close();
    this.database = undefined;
    if (this.passing) rmSync(this.path, { force: true });
  }

  /** What the holders before have left by `leaveMark`; 0: none has. */
  get mark(): number {
    return this.database ? readMark(this.database) : 0;
  }

  /** Leaves a durable number for later holders, from 1 to 2^31 - 1. */
  leaveMark(mark: number): void {
    this.database?.exec(`pragma user_version = ${mark}`);
  }

  private tryAcquire(): boolean {
    createPrivate(this.path);
    const database = new DatabaseSync(this.path, { timeout: 0 });
    try {
      // In exclusive mode the lock outlives the transaction that took it.
      database.exec('pragma locking_mode = exclusive; pragma journal_mode = memory; begin exclusive; commit');
      this.database = database;
      return true;
    } catch (error) {
      database.close();
      if (isBusy(error)) return false;
      throw error;
    }
  }
}

function readMark(database: DatabaseSync): number {
  return Number(database.prepare('pragma user_version').get()?.['user_version']);
}
