import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Run } from '../../runs/run.js';
import { formatDuration, SECOND } from '../../time/duration.js';
import { fine, type Finding, problem, warning } from './finding.js';

const MIN_FREE_BYTES = 512 * 1024 * 1024;
const OTHERS_MAY_WRITE = 0o022;
/** Records are made by the clock of this machine; a second is in the noise. */
const MAX_CLOCK_DIFFERENCE_MS = 5 * SECOND;

/** Whether the file can be written, by whom else, and for how long there is room. */
export async function checkLedgerFile(path: string): Promise<Finding> {
  const folder = dirname(path);
  const isNew = await stat(path).then(
    () => false,
    () => true,
  );
  try {
    if (!isNew) await access(path, constants.R_OK | constants.W_OK);
    await access(isNew ? await nearestFolder(folder) : folder, constants.W_OK);
  } catch {
    const advice = `Give the user of the worker (uid ${process.getuid?.()}) the permission to write to ${folder}`;
    return problem('ledger', `${path} cannot be written`, advice);
  }
  if (isNew) return warning('ledger', `there is none at ${path} yet`, 'The first start of the service makes it');
  const { mode, size } = await stat(path);
  if ((mode & OTHERS_MAY_WRITE) !== 0) {
    return warning('ledger', `${path} can be changed by other users`, `chmod 600 ${path}`);
  }
  const { bavail, bsize } = await statfs(folder);
  const found = `${path}, ${megabytes(size)}; ${megabytes(bavail * bsize)} free`;
  if (bavail * bsize >= MIN_FREE_BYTES) return fine('ledger', found);
  return warning('ledger', found, 'A full disk stops all work: make room, or move the ledger by DATABASE_URL');
}

/** What is on record cannot lie ahead, unless a clock was wrong. */
export function checkClock(newest: Run | undefined, now: Date): Finding {
  const ahead = newest ? newest.queuedAt.getTime() - now.getTime() : 0;
  if (ahead <= MAX_CLOCK_DIFFERENCE_MS) return fine('clock', 'not behind what is on record');
  const found = `${formatDuration(Math.round(ahead / SECOND) * SECOND)} behind the newest run on record`;
  return problem('clock', found, 'Set the clock of this machine (NTP): until it has caught up, slots come twice');
}

/** Replicas follow the clock of their database; what else runs on this machine does not. */
export function checkStoreClock(offsetMs: number): Finding {
  if (Math.abs(offsetMs) <= MAX_CLOCK_DIFFERENCE_MS) return fine('clock', "agrees with the ledger's database");
  const difference = formatDuration(Math.round(Math.abs(offsetMs) / SECOND) * SECOND);
  const found = `${difference} ${offsetMs < 0 ? 'ahead of' : 'behind'} the ledger's database`;
  return warning('clock', found, 'Set the clock of this machine (NTP); until then the worker goes by the database');
}

/** Folders are made as needed. */
async function nearestFolder(folder: string): Promise<string> {
  const exists = await stat(folder).then(
    () => true,
    () => false,
  );
  return exists || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

function megabytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const unit = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${(bytes / 1024 ** unit).toFixed(unit === 0 ? 0 : 1)} ${units[unit]}`;
}
